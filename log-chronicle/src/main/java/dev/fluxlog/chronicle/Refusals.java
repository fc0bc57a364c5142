package dev.fluxlog.chronicle;

import dev.fluxlog.LogException;
import dev.fluxlog.backend.StorageException;

/** What the tools of an operator throw: the failures of the medium in the words of the API. */
final class Refusals {
    private Refusals() {}

    /** @param operation what was being done, as one word */
    static LogException of(String operation, StorageException failure) {
        return switch (failure.kind()) {
            case CORRUPT ->
                new LogException.Corrupt(
                        failure.stream() == 0 ? "" : "number " + failure.stream(),
                        failure.sequence(),
                        failure.lostThrough(),
                        failure.file(),
                        failure.offset(),
                        failure);
            case FULL -> new LogException.StorageFull(failure);
            case BUSY -> new LogException.Busy(failure.getMessage(), failure);
            case FENCED -> new LogException.Fenced(failure.getMessage(), failure);
            case UNSUPPORTED_VERSION -> new LogException.UnsupportedVersion(failure.getMessage(), failure);
            case IO, SETUP -> new LogException.Failed(operation, failure);
        };
    }
}

package dev.fluxlog;

import dev.fluxlog.backend.StorageException;
import java.util.function.LongFunction;

/** Turns what a medium throws into what the API promises. */
final class Failures {
    private Failures() {}

    /**
     * @param operation what was being done
     * @param names name of a stream by its number
     */
    static LogException translate(String operation, Throwable failure, LongFunction<String> names) {
        if (failure instanceof LogException already) {
            return already;
        }
        if (failure instanceof StorageException storage) {
            return switch (storage.kind()) {
                case CORRUPT ->
                    new LogException.Corrupt(
                            names.apply(storage.stream()),
                            storage.sequence(),
                            storage.lostThrough(),
                            storage.file(),
                            storage.offset(),
                            storage);
                case FULL -> new LogException.StorageFull(storage);
                case BUSY -> new LogException.Busy(storage.getMessage(), storage);
                case FENCED -> new LogException.Fenced(storage.getMessage(), storage);
                case UNSUPPORTED_VERSION -> new LogException.UnsupportedVersion(storage.getMessage(), storage);
                case IO, SETUP -> new LogException.Failed(operation, storage);
            };
        }
        return new LogException.Failed(operation, failure);
    }
}

package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first failure after which the log must not be written: set once, for good, by any thread. */
final class Latch {
    private final AtomicReference<@Nullable StorageException> cause = new AtomicReference<>();

    /** Remembers the failure unless there is one already; returns the one that counts. */
    StorageException set(String doing, Throwable failure) {
        StorageException storage =
                failure instanceof StorageException known && known.kind() != StorageException.Kind.FULL
                        ? known
                        : new StorageException(StorageException.Kind.IO, doing + " failed: " + failure, failure);
        cause.compareAndSet(null, storage);
        return java.util.Objects.requireNonNull(cause.get());
    }

    boolean isSet() {
        return cause.get() != null;
    }

    void check() {
        StorageException failure = cause.get();
        if (failure != null) {
            throw failure;
        }
    }
}

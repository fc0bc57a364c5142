package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The first failure after which the log must not be written: set once, for good, by any thread. */
final class Latch {
    private final Supplier<@Nullable StorageException> fence;
    private final AtomicReference<@Nullable StorageException> cause = new AtomicReference<>();

    /** @param fence asked at the first failure: whether it is because the log belongs to somebody else now, or null */
    Latch(Supplier<@Nullable StorageException> fence) {
        this.fence = fence;
    }

    /** Remembers the failure unless there is one already; returns the one that counts. */
    StorageException set(String doing, Throwable failure) {
        StorageException storage =
                failure instanceof StorageException known && known.kind() != StorageException.Kind.FULL
                        ? known
                        : new StorageException(StorageException.Kind.IO, doing + " failed: " + failure, failure);
        if (cause.get() == null) {
            StorageException fenced = fence.get();
            cause.compareAndSet(null, fenced == null ? storage : fenced);
        }
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

package dev.fluxlog.tck;

import dev.fluxlog.AppendResult;
import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A log on a medium that the test holds up and breaks. */
abstract class FaultyMedium extends LogContract {
    static final Duration SHORT = Duration.ofMillis(50);

    private @Nullable FaultyBackend latest;

    /** A fresh instance on the medium of the current test; the instance before is closed. */
    protected abstract Backend backend();

    /** What the backend cannot do. */
    protected Map<Capability, String> lacking() {
        return Map.of();
    }

    @Override
    protected final LogFixture fixture() {
        return new LogFixture() {
            @Override
            public Mono<EventLog> open(LogOptions options) {
                return Mono.defer(() -> {
                    FaultyBackend faulty = new FaultyBackend(backend());
                    latest = faulty;
                    return EventLog.open(faulty, options);
                });
            }

            @Override
            public Durability durability() {
                throw new UnsupportedOperationException("not asked for here");
            }

            @Override
            public Map<Capability, String> missing() {
                return lacking();
            }
        };
    }

    FaultyBackend medium() {
        return Objects.requireNonNull(latest, "open a log first");
    }

    static StorageException io() {
        return new StorageException(Kind.IO, "the device failed");
    }

    static StorageException full() {
        return new StorageException(Kind.FULL, "no space left");
    }

    <T> T got(CompletableFuture<T> future) {
        try {
            return future.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed", e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("did not end", e);
        }
    }

    <E extends LogException> E failed(Class<E> expected, CompletableFuture<?> future) {
        return failure(expected, Mono.fromFuture(future));
    }

    CompletableFuture<AppendResult> begin(EventStream stream, Object data) {
        return stream.append(event(data)).toFuture();
    }

    /** An append that has arrived at the medium and is held there. */
    CompletableFuture<AppendResult> held(EventStream stream, Object data) throws InterruptedException {
        medium().hold();
        CompletableFuture<AppendResult> append = begin(stream, data);
        medium().awaitHeld();
        return append;
    }
}

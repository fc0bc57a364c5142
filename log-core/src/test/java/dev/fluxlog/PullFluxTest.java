package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What a source throws that no source should throw ends the subscription: nobody is left waiting. */
class PullFluxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ReaderPool readers = new ReaderPool(1);

    @AfterEach
    void end() {
        readers.shutdown();
    }

    /** Gives out so many numbers, and then fails, or only once the last one is given out and it is asked whether it is done. */
    private record Failing(int[] left, Error failure, boolean late) implements Pull<Integer> {
        @Override
        public void start(Runnable wake) {
            // It never waits.
        }

        @Override
        public @Nullable Integer next(long demand) {
            if (left[0] == 0 && !late) {
                throw failure;
            }
            return left[0] == 0 ? null : left[0]--;
        }

        @Override
        public boolean isDone() {
            if (left[0] == 0 && late) {
                throw failure;
            }
            return false;
        }

        @Override
        public void stop() {
            // There is nothing to forget.
        }
    }

    private void endsWith(Error failure, boolean late, Class<? extends Throwable> told) {
        Pull<Integer> source = new Failing(new int[] {3}, failure, late);
        StepVerifier.create(new PullFlux<>(() -> source, readers))
                .expectNext(3, 2, 1)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(told)
                        .satisfiesAnyOf(
                                itself -> assertThat(itself).isSameAs(failure),
                                wrapped -> assertThat(wrapped).hasCause(failure)))
                .verify(PATIENCE);
    }

    @Test
    @Proves("STR-30")
    void aFaultInMappedMemoryIsAFailedRead() {
        endsWith(
                new InternalError("a fault occurred in an unsafe memory access operation"),
                false,
                LogException.Failed.class);
        endsWith(
                new InternalError("a fault occurred in an unsafe memory access operation"),
                true,
                LogException.Failed.class);
        endsWith(new OutOfMemoryError("a test"), false, LogException.Failed.class);
        endsWith(new NoClassDefFoundError("a test"), false, LogException.Failed.class);
    }

    @Test
    void anyOtherErrorIsToldAsItIs() {
        endsWith(new Error("a defect"), false, Error.class);
    }
}

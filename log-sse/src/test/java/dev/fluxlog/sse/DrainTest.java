package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

class DrainTest {
    private final Drain drain = new Drain();
    private final List<String> told = new ArrayList<>();

    @Test
    void whoeverWaitsIsToldWhenItBegins() {
        drain.onBegin(() -> told.add("early"));
        assertThat(told).isEmpty();

        drain.begin();

        assertThat(told).containsExactly("early");
    }

    @Test
    void whoeverComesLaterIsToldAtOnce() {
        drain.begin();

        drain.onBegin(() -> told.add("late"));

        assertThat(told).containsExactly("late");
        StepVerifier.create(drain.asMono()).expectComplete().verify(Duration.ofSeconds(60));
    }

    @Test
    void whoeverHasLeftIsNotTold() {
        Disposable waiting = drain.onBegin(() -> told.add("gone"));
        waiting.dispose();

        drain.begin();

        assertThat(told).isEmpty();
    }
}

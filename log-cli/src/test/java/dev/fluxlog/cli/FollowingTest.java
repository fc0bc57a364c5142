package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.From;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class FollowingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final FollowSignal SEALED = new FollowSignal.Sealed();
    private static final Lost LOST = new Lost("The connection to the server broke", null);

    private final Deque<Flux<FollowSignal>> attempts = new ArrayDeque<>();
    private final List<From> places = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    @Test
    void goes_on_behind_the_last_event_when_the_connection_breaks() {
        attempts.add(Flux.just(event(1), event(2)).concatWith(Flux.error(LOST)));
        attempts.add(Flux.just(event(3), SEALED));

        expect(From.start(), event(1), event(2), event(3), SEALED);

        assertThat(places).containsExactly(From.start(), From.after(2));
    }

    @Test
    void goes_on_when_the_server_ends_the_response() {
        attempts.add(Flux.just(event(1)));
        attempts.add(Flux.just(event(2), SEALED));

        expect(From.start(), event(1), event(2), SEALED);
    }

    @Test
    void drops_what_comes_again() {
        attempts.add(Flux.just(event(1), event(2)));
        attempts.add(Flux.just(event(1), event(2), event(2), event(3), SEALED));

        expect(From.start(), event(1), event(2), event(3), SEALED);
    }

    @Test
    void asks_again_when_a_hole_is_not_told() {
        attempts.add(Flux.just(event(1), event(3)));
        attempts.add(Flux.just(event(2), event(3), SEALED));

        expect(From.start(), event(1), event(2), event(3), SEALED);

        assertThat(places).containsExactly(From.start(), From.after(1));
    }

    @Test
    void a_gap_that_is_told_moves_the_place() {
        FollowSignal gap = new FollowSignal.Gap("s", 1, 4);
        attempts.add(Flux.just(gap));
        attempts.add(Flux.just(event(5), SEALED));

        expect(From.after(0), gap, event(5), SEALED);

        assertThat(places).containsExactly(From.after(0), From.after(4));
    }

    @Test
    void whoever_began_at_the_tail_misses_nothing_that_came_during_an_outage() {
        FollowSignal caughtUp = new FollowSignal.CaughtUp(41);
        attempts.add(Flux.just(caughtUp));
        attempts.add(Flux.just(event(42), SEALED));

        expect(From.tail(), caughtUp, event(42), SEALED);

        assertThat(places).containsExactly(From.tail(), From.after(41));
    }

    @Test
    void goes_on_at_the_tail_of_a_log_that_holds_less() {
        FollowSignal ahead = new FollowSignal.Ahead(9, 5);
        attempts.add(Flux.just(ahead, event(6), SEALED));

        expect(From.after(9), ahead, event(6), SEALED);
    }

    @Test
    void tells_an_outage_once_and_its_end_once() {
        attempts.add(Flux.just(event(1)));
        attempts.add(Flux.error(LOST));
        attempts.add(Flux.error(new Refusal("overloaded", "Too much", Map.of(), true)));
        attempts.add(Flux.just(event(2), SEALED));

        expect(From.start(), event(1), event(2), SEALED);

        assertThat(notices).containsExactly("The connection ended; trying again after sequence 1", "connected again");
    }

    @Test
    void positions_of_selected_streams_may_have_holes_and_a_gap_of_one_stream_does_not_move_them() {
        FollowSignal gap = new FollowSignal.Gap("a", 1, 9);
        attempts.add(Flux.just(event(3), event(8), gap).concatWith(Flux.error(LOST)));
        attempts.add(Flux.just(gap, event(8), event(12), SEALED));

        StepVerifier.create(following(Following.Numbers.POSITIONS, From.after(2)))
                .expectNext(event(3), event(8), gap, gap, event(12), SEALED)
                .expectComplete()
                .verify(PATIENCE);

        assertThat(places).containsExactly(From.after(2), From.after(8));
        assertThat(notices).contains("The connection to the server broke; trying again after position 8");
    }

    @Test
    void ends_with_a_refusal_that_no_retry_changes() {
        Refusal refusal = new Refusal("unknown-stream", "There is no stream 'x'");
        attempts.add(Flux.error(refusal));

        StepVerifier.create(following(From.start())).verifyErrorMatches(refusal::equals);
    }

    @Test
    void pauses_grow_up_to_their_bound_and_never_end() {
        StepVerifier.withVirtualTime(() -> new Following(
                                Following.Numbers.SEQUENCES, place -> Flux.error(LOST), From.start(), notices::add)
                        .signals())
                .expectSubscription()
                .expectNoEvent(Duration.ofHours(1))
                .thenCancel()
                .verify(PATIENCE);

        assertThat(notices).hasSize(1);
    }

    private void expect(From start, FollowSignal... signals) {
        StepVerifier.create(following(start))
                .expectNext(signals)
                .expectComplete()
                .verify(PATIENCE);
    }

    private Flux<FollowSignal> following(From start) {
        return following(Following.Numbers.SEQUENCES, start);
    }

    private Flux<FollowSignal> following(Following.Numbers numbers, From start) {
        return new Following(
                        numbers,
                        place -> {
                            places.add(place);
                            return attempts.removeFirst();
                        },
                        start,
                        notices::add)
                .signals();
    }

    private static FollowSignal event(long sequence) {
        return new EventLine(sequence, "{\"sequence\":" + sequence + "}");
    }
}

package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.spec.Proves;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

class LiveSessionTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Drain drain = new Drain();
    private final List<String> sent = new ArrayList<>();

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    @Proves({"SUB-3", "SUB-12"})
    void aClientThatTakesNothingIsNotReadAheadForBeyondTheBound() {
        AtomicLong requested = new AtomicLong();
        writable(false);

        start(events(1_000).doOnRequest(requested::addAndGet));

        assertThat(requested.get()).isEqualTo(OwnReader.ASKED_MAX);
        assertThat(sent()).hasSize(1).first().asString().startsWith(": fluxlog");

        writable(true);
        channel.runPendingTasks();
        assertThat(String.join("", sent()))
                .contains("\nid: 1000\n\n")
                .endsWith("event: sealed\ndata: {\"highWaterMark\":1000}\n\n");
    }

    @Test
    void whatComesTogetherGoesOutTogether() {
        writable(false);
        start(events(20));

        writable(true);
        channel.runPendingTasks();

        assertThat(sent()).hasSize(2);
        assertThat(sent().get(1).split("\nid: ", -1)).hasSize(21);
    }

    @Test
    void whatComesSlowlyGoesOutAtOnce() {
        Sinks.Many<LiveItem> items = Sinks.many().unicast().onBackpressureBuffer();
        start(items.asFlux());

        for (int i = 1; i <= 3; i++) {
            items.tryEmitNext(event(i)).orThrow();
            channel.runPendingTasks();
            assertThat(sent()).hasSize(i + 1);
        }
    }

    @Test
    @Proves("SUB-11")
    void whenTheClientLeavesTheLogIsAskedForNoMore() {
        TestPublisher<LiveItem> items = TestPublisher.create();
        Disposable body = body(items.flux()).subscribe();
        channel.runPendingTasks();
        items.assertSubscribers(1);

        body.dispose();
        channel.runPendingTasks();

        items.assertCancelled();
        assertThat(channel.pipeline().names()).hasSize(1);
    }

    @Test
    void theDrainEndsASessionEvenBeforeTheLogHasAnswered() {
        drain.begin();
        TestPublisher<LiveItem> items = TestPublisher.create();

        start(items.flux());

        assertThat(sent()).hasSize(2);
        assertThat(sent().get(1)).contains("event: bye");
        items.assertCancelled();
    }

    @Test
    void aFailureThatNobodyForesawEndsTheStreamWithAProblem() {
        start(Flux.error(new IllegalStateException("secret")));

        assertThat(sent().get(sent().size() - 1))
                .contains("event: error")
                .contains("/problems/internal")
                .doesNotContain("secret");
    }

    @Test
    void aDefectInTheWritingEndsTheStreamAndTheReading() {
        Sinks.Many<LiveItem> items = Sinks.many().unicast().onBackpressureBuffer();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        LiveFrames broken = new DurableFrames(new DurableContent("text/plain"), "", () -> {
            throw new IllegalStateException("defect");
        });
        body(items.asFlux(), broken).subscribe(nothing -> {}, failure::set);
        items.tryEmitNext(event(1)).orThrow();

        channel.runPendingTasks();

        assertThat(failure.get()).hasMessage("defect");
        assertThat(items.currentSubscriberCount()).isZero();
    }

    private void start(Flux<LiveItem> items) {
        body(items).subscribe();
        channel.runPendingTasks();
    }

    private Mono<Void> body(Flux<LiveItem> items) {
        return body(items, new SseFrames(SseFrames.View.DATA, Numbering.SEQUENCE, "/requests/1"));
    }

    private Mono<Void> body(Flux<LiveItem> items, LiveFrames frames) {
        LiveOptions options = new LiveOptions(
                frames,
                Numbering.SEQUENCE,
                Types.ALL,
                From.start(),
                0,
                from -> items,
                null,
                Mono.never(),
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                drain);
        return LiveSession.body(new ChannelOutlet(channel, false), options, new FanOut());
    }

    /** What has gone out so far, a text per write. */
    private List<String> sent() {
        for (HttpContent piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            sent.add(piece.content().toString(StandardCharsets.UTF_8));
            piece.release();
        }
        return sent;
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks();
    }

    private static Flux<LiveItem> events(int count) {
        return Flux.range(1, count).map(LiveSessionTest::event).concatWithValues(new LiveItem.Sealed());
    }

    private static LiveItem event(int sequence) {
        StreamSignal event = new Event(
                "a",
                sequence,
                sequence,
                Instant.EPOCH,
                "",
                "",
                Map.of(NewEvent.CONTENT_TYPE, "text/plain"),
                new byte[] {'x'});
        return new LiveItem.Signal(event);
    }
}

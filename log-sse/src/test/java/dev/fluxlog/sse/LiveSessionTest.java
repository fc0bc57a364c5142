package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.spec.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
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
import reactor.core.publisher.Flux;
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

        assertThat(requested.get()).isEqualTo(LiveSession.AHEAD_MAX);
        assertThat(sent).hasSize(1).first().asString().startsWith(": fluxlog");

        writable(true);
        channel.runPendingTasks();
        assertThat(String.join("", sent))
                .contains("\nid: 1000\n\n")
                .endsWith("event: sealed\ndata: {\"highWaterMark\":1000}\n\n");
    }

    @Test
    void whatComesTogetherGoesOutTogether() {
        writable(false);
        start(events(20));

        writable(true);
        channel.runPendingTasks();

        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).split("\nid: ", -1)).hasSize(21);
    }

    @Test
    void whatComesSlowlyGoesOutAtOnce() {
        Sinks.Many<LiveItem> items = Sinks.many().unicast().onBackpressureBuffer();
        start(items.asFlux());

        for (int i = 1; i <= 3; i++) {
            items.tryEmitNext(event(i)).orThrow();
            channel.runPendingTasks();
            assertThat(sent).hasSize(i + 1);
        }
    }

    @Test
    @Proves("SUB-11")
    void whenTheClientLeavesTheLogIsAskedForNoMore() {
        TestPublisher<LiveItem> items = TestPublisher.create();
        var subscription = body(items.flux()).subscribe(ByteBuf::release);
        channel.runPendingTasks();
        items.assertSubscribers(1);

        subscription.dispose();
        channel.runPendingTasks();

        items.assertCancelled();
        assertThat(channel.pipeline().names()).hasSize(1);
    }

    @Test
    void theDrainEndsASessionEvenBeforeTheLogHasAnswered() {
        drain.begin();
        TestPublisher<LiveItem> items = TestPublisher.create();

        start(items.flux());

        assertThat(sent).hasSize(2);
        assertThat(sent.get(1)).contains("event: bye");
        items.assertCancelled();
    }

    @Test
    void aFailureThatNobodyForesawEndsTheStreamWithAProblem() {
        start(Flux.error(new IllegalStateException("secret")));

        assertThat(sent.get(sent.size() - 1))
                .contains("event: error")
                .contains("/problems/internal")
                .doesNotContain("secret");
    }

    @Test
    void aDefectInTheWritingEndsTheStreamAndTheReading() {
        Sinks.Many<LiveItem> items = Sinks.many().unicast().onBackpressureBuffer();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        LiveSession.Options broken = new LiveSession.Options(
                new NdjsonFrames(Numbering.SEQUENCE, "/requests/1"),
                Numbering.SEQUENCE,
                event -> {
                    throw new IllegalStateException("defect");
                },
                0,
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                drain);
        LiveSession.body(items.asFlux(), channel, broken).subscribe(ByteBuf::release, failure::set);
        items.tryEmitNext(event(1)).orThrow();

        channel.runPendingTasks();

        assertThat(failure.get()).hasMessage("defect");
        assertThat(items.currentSubscriberCount()).isZero();
    }

    private void start(Flux<LiveItem> items) {
        body(items).subscribe(buffer -> {
            sent.add(buffer.toString(StandardCharsets.UTF_8));
            buffer.release();
        });
        channel.runPendingTasks();
    }

    private Flux<ByteBuf> body(Flux<LiveItem> items) {
        return LiveSession.body(
                items,
                channel,
                new LiveSession.Options(
                        new SseFrames(SseFrames.View.DATA, Numbering.SEQUENCE, "/requests/1"),
                        Numbering.SEQUENCE,
                        event -> true,
                        0,
                        Duration.ofHours(1),
                        Duration.ofSeconds(1),
                        drain));
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

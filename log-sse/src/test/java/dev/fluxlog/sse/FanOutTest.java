package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.From;
import dev.fluxlog.spec.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Sessions that share a feed, with every thread of the real thing replaced by a step: the log gives one signal, an event
 * loop runs one round, a connection fills up or empties, comes or goes. The order of steps is drawn from a seed.
 */
@Proves({"SUB-1", "SUB-3", "SUB-6", "SUB-12"})
class FanOutTest {
    private static final int SEEDS = 60;
    private static final Pattern ID = Pattern.compile("(?:^|\n)id: ([0-9]+)\n\n");
    private static final Pattern GAP = Pattern.compile("event: gap\ndata: \\{\"from\":([0-9]+),\"through\":([0-9]+),");

    private final FanOut fanOut = new FanOut();
    private final Drain drain = new Drain();
    private final StepLog log = new StepLog();
    private final List<Client> clients = new ArrayList<>();
    private final List<StepLoop> loops = List.of(new StepLoop(), new StepLoop());
    private final AtomicBoolean noMemory = new AtomicBoolean();
    private final ByteBufAllocator allocator = new ScarceMemory(noMemory);
    private int written;

    @AfterEach
    void everythingIsGivenBack() {
        clients.forEach(Client::leave);
        loops.forEach(StepLoop::run);
        assertThat(log.readers).isEmpty();
        assertThat(status()).contains("\"subscribers\":0,\"readingAlone\":0,\"feeds\":0,\"recentBytes\":0,");
    }

    static LongStream seeds() {
        long first = Long.getLong("fluxlog.test.seed", 0);
        return LongStream.range(first, first + SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverClientsDoEachGetsEveryEventBehindItsPlaceOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        int payload = random.nextInt(6) == 0 ? 20_000 : 10;
        log.payload = payload;
        for (int step = 0; step < 400; step++) {
            step(random);
        }
        settle();
        for (Client client : clients) {
            client.judge(log.high);
        }
    }

    private void step(Random random) {
        int dice = random.nextInt(100);
        if (dice < 25) {
            log.append(1 + random.nextInt(5));
        } else if (dice < 27 && log.high > 3) {
            log.trim(log.high - random.nextInt(3));
        } else if (dice < 32 && clients.size() < 12) {
            long start = random.nextBoolean() ? log.high : random.nextLong(log.low - 1, log.high + 1);
            clients.add(new Client(start, random.nextInt(4) == 0 ? new Types(Set.of("odd")) : Types.ALL));
        } else if (dice < 33 && !clients.isEmpty()) {
            clients.get(random.nextInt(clients.size())).leave();
        } else if (dice < 60 && !log.readers.isEmpty()) {
            log.readers.get(random.nextInt(log.readers.size())).step(1 + random.nextInt(40));
        } else if (!clients.isEmpty()) {
            if (dice < 84) {
                loops.get(random.nextInt(loops.size())).step();
            } else if (dice == 84) {
                noMemory.set(true);
            } else {
                clients.get(random.nextInt(clients.size())).takes(random.nextInt(3) > 0);
            }
        }
    }

    /** All take what comes, and everybody gets as many turns as there is something to do. */
    private void settle() {
        for (int quiet = 0; quiet < 5; quiet++) {
            long before = written;
            clients.forEach(client -> client.takes(true));
            List.copyOf(log.readers).forEach(reader -> reader.step(1_000));
            loops.forEach(StepLoop::run);
            quiet = written == before ? quiet : -1;
        }
    }

    @Test
    void oneReaderServesAllWhoAreAtTheTailAndEachEventIsWrittenOnce() {
        for (int i = 0; i < 50; i++) {
            clients.add(new Client(0, Types.ALL));
        }
        settle();
        assertThat(log.readers).hasSize(1);
        assertThat(status()).contains("\"subscribers\":50,\"readingAlone\":0,\"feeds\":1,");

        int before = log.framed.get();
        log.append(10);
        settle();

        assertThat(log.framed.get() - before).isEqualTo(10);
        clients.forEach(client -> client.judge(10));
        assertThat(log.mostAsked).isLessThanOrEqualTo(Feed.AHEAD_MAX);
    }

    @Test
    void whenMemoryIsShortForAMomentAllGoOnAloneAndComeBack() {
        for (int i = 0; i < 4; i++) {
            clients.add(new Client(0, Types.ALL));
        }
        settle();

        log.append(3);
        noMemory.set(true);
        settle();

        assertThat(noMemory).isFalse();
        clients.forEach(client -> client.judge(3));
        assertThat(clients).noneMatch(client -> client.gone);
        assertThat(log.readers).hasSize(1);
        assertThat(status()).contains("\"subscribers\":4,\"readingAlone\":0,\"feeds\":1,");
    }

    @Test
    void whatComesTogetherIsOneWritePerConnection() {
        clients.add(new Client(0, Types.ALL));
        settle();
        int before = clients.get(0).pieces.size();

        log.append(20);
        log.readers.get(0).step(20);
        loops.forEach(StepLoop::run);

        assertThat(clients.get(0).pieces).hasSize(before + 1);
        clients.get(0).judge(20);
    }

    @Test
    void whoMissesMoreThanTheGroupKeepsReadsAloneAndComesBack() {
        log.payload = 20_000;
        Client slow = new Client(0, Types.ALL);
        Client fast = new Client(0, Types.ALL);
        clients.addAll(List.of(slow, fast));
        settle();
        slow.takes(false);
        for (int i = 0; i < 40; i++) {
            log.append(1);
            log.readers.get(0).step(1);
            loops.forEach(StepLoop::run);
        }
        fast.judge(40);
        assertThat(slow.ids()).isEmpty();
        assertThat(status()).contains("\"fellBehind\":0,").contains("\"readingAlone\":0,");
        assertThat(log.readers).hasSize(1);

        slow.takes(true);
        loops.forEach(StepLoop::run);

        assertThat(log.readers).hasSize(2);
        assertThat(status()).contains("\"fellBehind\":1,\"cameBack\":0}").contains("\"readingAlone\":1,");
        settle();
        slow.judge(40);
        assertThat(log.readers).hasSize(1);
        assertThat(status()).contains("\"fellBehind\":1,\"cameBack\":1}");
        assertThat(slow.text()).containsOnlyOnce("caught-up");
    }

    @Test
    void whoMissesLittleFindsItInTheGroup() {
        Client slow = new Client(0, Types.ALL);
        clients.add(slow);
        settle();
        slow.takes(false);
        for (int i = 0; i < 10; i++) {
            log.append(1);
            log.readers.get(0).step(1);
            loops.forEach(StepLoop::run);
        }
        slow.takes(true);
        loops.forEach(StepLoop::run);

        slow.judge(10);
        assertThat(log.readers).hasSize(1);
        assertThat(status()).contains("\"fellBehind\":0,");
    }

    private String status() {
        ByteBuf out = Unpooled.buffer();
        fanOut.writeTo(new JsonText(out));
        return out.toString(StandardCharsets.UTF_8);
    }

    private final class Client implements Outlet {
        private final StepLoop loop = loops.get(clients.size() % loops.size());
        private Runnable whenOpen = () -> {};
        private boolean takes = true;
        private final List<String> pieces = new ArrayList<>();
        private final long start;
        private final Types types;
        private final Disposable body;

        /** Has left, or was cut: it knows that there may be more. */
        private boolean gone;

        Client(long start, Types types) {
            this.start = start;
            this.types = types;
            Sharing sharing =
                    new Sharing("a", types, () -> new CountedFrames(log.framed), Numbering.SEQUENCE, log::signals);
            LiveOptions options = new LiveOptions(
                    new SseFrames(SseFrames.View.DATA, Numbering.SEQUENCE, ""),
                    Numbering.SEQUENCE,
                    types,
                    From.after(start),
                    start,
                    from -> log.signals(from).map(LiveItem.Signal::new),
                    sharing,
                    Mono.never(),
                    Duration.ofHours(1),
                    Duration.ofSeconds(1),
                    drain);
            body = LiveSession.body(this, options, fanOut).subscribe(nothing -> {}, failure -> gone = true);
        }

        @Override
        public EventExecutor loop() {
            return loop;
        }

        @Override
        public ByteBufAllocator allocator() {
            return allocator;
        }

        @Override
        public boolean isOpen() {
            return takes;
        }

        @Override
        public Disposable onOpen(Runnable action) {
            whenOpen = action;
            return () -> whenOpen = () -> {};
        }

        @Override
        public void write(ByteBuf chunk) {
            pieces.add(Chunk.payload(chunk).toString(StandardCharsets.UTF_8));
            chunk.release();
            written++;
        }

        @Override
        public void flush() {}

        void takes(boolean now) {
            boolean opens = now && !takes;
            takes = now;
            if (opens) {
                whenOpen.run();
            }
        }

        void leave() {
            gone = true;
            body.dispose();
        }

        String text() {
            return String.join("", pieces);
        }

        List<Long> ids() {
            return ID.matcher(text())
                    .results()
                    .map(id -> Long.valueOf(id.group(1)))
                    .toList();
        }

        /** Everything behind its start is there once, in order, or told as a gap; up to the end when it has not left. */
        void judge(long high) {
            long last = start;
            Matcher told = Pattern.compile(ID + "|" + GAP).matcher(text());
            while (told.find()) {
                if (told.group(2) != null) {
                    // One more where an event that was not wanted came right before.
                    assertThat(Long.parseLong(told.group(2)))
                            .as("gap in %s", this)
                            .isBetween(last + 1, types.all() ? last + 1 : last + 2);
                    last = Long.parseLong(told.group(3));
                } else {
                    long id = Long.parseLong(told.group(1));
                    long expected = types.all() || (last + 1) % 2 == 1 ? last + 1 : last + 2;
                    assertThat(id).as("event in %s", this).isEqualTo(expected);
                    last = id;
                }
            }
            long end = types.all() || high % 2 == 1 ? high : Math.max(last, high - 1);
            if (!gone) {
                assertThat(last).as("end of %s, %s", this, status()).isGreaterThanOrEqualTo(end);
            }
        }

        @Override
        public String toString() {
            return "client from " + start + " of " + types;
        }
    }
}

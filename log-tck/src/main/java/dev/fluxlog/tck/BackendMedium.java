package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.ReadRequest.Direction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The medium of one test, and what it has to hold: every answer is compared byte for byte with {@link Groups}. */
abstract class BackendMedium implements Implementation {
    static final int PLENTY = Integer.MAX_VALUE;
    static final byte[] NONE = new byte[0];

    final Groups groups = new Groups();
    final List<Backend> opened = new ArrayList<>();

    /** A fresh instance on the medium of the current test; the instance before is closed. */
    protected abstract Backend open();

    /** The level that the backend has to report. */
    protected abstract Backend.Level durability();

    @AfterEach
    final void closeWhatWasOpened() {
        opened.forEach(Backend::close);
    }

    Backend recovered() {
        Backend backend = open();
        opened.add(backend);
        backend.recover();
        return backend;
    }

    Backend reopened(Backend backend) {
        backend.close();
        return recovered();
    }

    static List<Frame> read(Backend backend, long stream, long sequence, long through) {
        return readUpTo(backend, stream, sequence, through, 1_000);
    }

    static List<Frame> readUpTo(Backend backend, long stream, long sequence, long through, int framesMax) {
        Direction direction = sequence <= through ? Direction.FORWARD : Direction.BACKWARD;
        List<Frame> all = new ArrayList<>();
        long next = sequence;
        long step = direction == Direction.FORWARD ? 1 : -1;
        while (next != through + step) {
            List<Frame> some = backend.read(new ReadRequest(stream, next, through, direction, framesMax, 1 << 20));
            assertThat(some)
                    .as("frames of stream %d from %d through %d", stream, next, through)
                    .isNotEmpty();
            for (Frame frame : some) {
                assertThat(frame.sequence()).isEqualTo(next);
                next += step;
            }
            all.addAll(some);
        }
        return all;
    }

    static List<ByteBuffer> bytes(List<Frame> frames) {
        return frames.stream().map(Groups::bytes).toList();
    }

    void assertHolds(Backend backend, long stream) {
        assertThat(groups.framesOf(stream)).isNotEmpty();
        long low = groups.framesOf(stream).firstKey();
        long high = groups.framesOf(stream).lastKey();
        assertThat(bytes(read(backend, stream, low, high)))
                .as("frames of stream %d", stream)
                .containsExactlyElementsOf(groups.framesOf(stream).values());
    }

    Backend holding(long stream, int events) {
        Backend backend = recovered();
        backend.commit(
                groups.create(stream, "stream-" + stream).events(stream, events).group());
        return backend;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        Seeds.random("noise").nextBytes(noise);
        return noise;
    }
}

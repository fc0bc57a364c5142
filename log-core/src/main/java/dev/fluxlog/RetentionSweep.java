package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;

/**
 * Finds what the retention of each stream lets go, and asks for the trim; the writer trims like for anybody.
 *
 * <p>Age: from the low-water mark on, events go as long as they are too old, up to the first that is not; one with a
 * time ahead of the clock therefore keeps what follows it. Count: what is older than the newest {@code maxEvents}.
 * Bytes: the oldest, until the frames that are left fit. A clock that steps back drops nothing.
 *
 * <p>One pass reads at most {@value #FRAMES_MAX} frames of a stream for its age, and goes on there with the next pass.
 * It holds no data but the size of each stream that has a bound in bytes, measured once by reading it, and from then on
 * reckoned from what is appended and trimmed. Confined to the timer thread.
 */
final class RetentionSweep {
    private static final int FRAMES_MAX = 65_536;
    private static final int READ_FRAMES = 1_024;
    private static final int READ_BYTES = 1 << 20;

    private final StreamTable streams;
    private final JournalReader journal;
    private final Clock clock;
    private final BiConsumer<StreamEntry, Long> trimmer;

    /** Streams with a bound in bytes. */
    private final Map<StreamEntry, Size> sizes = new WeakHashMap<>();

    /** What went wrong in the last pass: at most {@value #FINDINGS_MAX}. */
    private volatile List<String> findings = List.of();

    private static final int FINDINGS_MAX = 16;

    /** @param trimmer asks for a new low-water mark of a stream; returns at once */
    RetentionSweep(StreamTable streams, JournalReader journal, Clock clock, BiConsumer<StreamEntry, Long> trimmer) {
        this.streams = streams;
        this.journal = journal;
        this.clock = clock;
        this.trimmer = trimmer;
    }

    /** One pass over all streams. A stream that cannot be read is reported and left as it is. */
    void sweep() {
        List<String> failed = new ArrayList<>();
        for (StreamEntry entry : streams.all()) {
            Marks marks = entry.marks();
            if (!marks.exists() || marks.settings().retention().keepsEverything() || marks.low() > marks.high()) {
                continue;
            }
            try {
                long low = newLow(entry, marks, marks.settings().retention());
                if (low > marks.low()) {
                    trimmer.accept(entry, low);
                }
            } catch (LogException.Closed ending) {
                return;
            } catch (LogException e) {
                if (failed.size() < FINDINGS_MAX) {
                    failed.add("retention: " + e.getMessage());
                }
            }
        }
        findings = List.copyOf(failed);
    }

    List<String> findings() {
        return findings;
    }

    private long newLow(StreamEntry entry, Marks marks, Retention retention) {
        long low = marks.low();
        if (retention.maxEvents() != Long.MAX_VALUE) {
            low = Math.max(low, marks.high() - retention.maxEvents() + 1);
        }
        if (!retention.maxAge().equals(Retention.FOREVER)) {
            low = Math.max(low, firstYoung(entry, marks, oldest(retention.maxAge())));
        }
        if (retention.maxBytes() != Long.MAX_VALUE) {
            low = Math.max(low, firstThatFits(entry, marks, retention.maxBytes()));
        }
        return low;
    }

    private long oldest(Duration maxAge) {
        try {
            return EventCodec.micros(clock.instant().minus(maxAge));
        } catch (java.time.DateTimeException | ArithmeticException beforeTime) {
            return EventCodec.micros(Instant.MIN);
        }
    }

    private long firstYoung(StreamEntry entry, Marks marks, long oldestMicros) {
        long sequence = marks.low();
        long end = Math.min(marks.high(), marks.low() + FRAMES_MAX);
        while (sequence <= end) {
            List<Frame> found = journal.survivors(entry, sequence, end, READ_FRAMES, READ_BYTES);
            if (found.isEmpty()) {
                return end + 1;
            }
            for (Frame frame : found) {
                if (frame.timeMicros() >= oldestMicros) {
                    return frame.sequence();
                }
                sequence = frame.sequence() + 1;
            }
        }
        return sequence;
    }

    private long firstThatFits(StreamEntry entry, Marks marks, long maxBytes) {
        Size size = sizes.get(entry);
        if (size == null || size.low() != marks.low()) {
            size = new Size(marks.low(), measure(entry, marks), marks.appendedBytes());
        }
        long bytes = size.bytes() + marks.appendedBytes() - size.appendedBytes();
        long sequence = marks.low();
        while (bytes > maxBytes && sequence < marks.high()) {
            List<Frame> found = journal.survivors(entry, sequence, marks.high() - 1, READ_FRAMES, READ_BYTES);
            if (found.isEmpty()) {
                break;
            }
            for (Frame frame : found) {
                if (bytes <= maxBytes) {
                    break;
                }
                bytes -= frame.length();
                sequence = frame.sequence() + 1;
            }
        }
        sizes.put(entry, new Size(sequence, bytes, marks.appendedBytes()));
        return sequence;
    }

    private long measure(StreamEntry entry, Marks marks) {
        long bytes = 0;
        long sequence = marks.low();
        while (sequence <= marks.high()) {
            List<Frame> found = journal.survivors(entry, sequence, marks.high(), READ_FRAMES, READ_BYTES);
            if (found.isEmpty()) {
                break;
            }
            for (Frame frame : found) {
                bytes += frame.length();
                sequence = frame.sequence() + 1;
            }
        }
        return bytes;
    }

    /** Bytes of the frames from {@code low} on, when {@code appendedBytes} had been appended since opening. */
    private record Size(long low, long bytes, long appendedBytes) {}
}

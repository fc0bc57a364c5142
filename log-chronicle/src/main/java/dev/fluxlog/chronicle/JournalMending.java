package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StreamState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a journal anew from everything that still has a part of it: the journal itself, also behind a broken chain; the
 * commit journal as far back as it reaches; and for the order of commit the events, which carry their positions.
 *
 * <p>What nobody has stays a hole, and reading it stays damage. Memory is bounded: the journal is walked in order, and
 * each hole is filled by a pass of its own.
 */
final class JournalMending implements Mending {
    private static final int BATCH_BYTES = 4 << 20;

    /** Positions that are looked for in the journals of all streams in one pass. */
    private static final long ORDER_PIECE = 1 << 20;

    private static final int RUNS_MAX = 1_000;

    private final long stream;
    private final long from;
    private final long through;
    private final @Nullable CommitSurvey commits;
    private final List<Long> streams;

    /**
     * @param commits the commit journal, as far as it can be read
     * @param streams those whose events tell their positions
     */
    JournalMending(long stream, long from, long through, @Nullable CommitSurvey commits, List<Long> streams) {
        this.stream = stream;
        this.from = from;
        this.through = through;
        this.commits = commits;
        this.streams = streams;
    }

    @Override
    public void run(Medium medium) throws IOException {
        try (Rebuilt rebuilt = new Rebuilt(medium, stream)) {
            Gathering gathering = new Gathering(medium, rebuilt);
            for (Path file : medium.disk().list(medium.streamDirectory(stream))) {
                if (SegmentName.numberOf(file) >= 0) {
                    SegmentWalk.run(medium, file, stream, gathering);
                }
            }
            gathering.fillBefore(through + 1);
            gathering.flush();
            rebuilt.takePlace();
        }
    }

    /** Everything in order, as it comes. */
    private final class Gathering implements SegmentWalk.Visitor {
        private final Medium medium;
        private final Rebuilt rebuilt;
        // What is gathered, with adjacent sequences: the one or the other.
        private final List<Frame> frames = new ArrayList<>();
        private final List<Run> runs = new ArrayList<>();
        private long bytes;
        private long next = from;

        Gathering(Medium medium, Rebuilt rebuilt) {
            this.medium = medium;
            this.rebuilt = rebuilt;
        }

        @Override
        public void damaged(SegmentWalk.Place place, String what) {
            // Shows as a hole.
        }

        @Override
        public void excerpt(Excerpt excerpt, SegmentWalk.Place place, boolean reachable) {
            if (excerpt instanceof OrderExcerpt order) {
                order.runs().forEach(this::run);
                return;
            }
            if (excerpt instanceof LostExcerpt lost) {
                lost(lost);
                return;
            }
            FrameExcerpt content = (FrameExcerpt) excerpt;
            for (long sequence = content.firstSequence(); sequence <= content.lastSequence(); sequence++) {
                if (sequence >= next && sequence <= through) {
                    Frame frame = content.wholeOrNull(sequence);
                    if (frame != null) {
                        fillBefore(sequence);
                        frame(frame);
                    }
                }
            }
        }

        /** What is known to be lost stays known. */
        private void lost(LostExcerpt lost) {
            if (lost.firstSequence() >= next && lost.lastSequence() <= through) {
                fillBefore(lost.firstSequence());
                flush();
                rebuilt.appendLost(lost);
                next = lost.lastSequence() + 1;
            }
        }

        private void frame(Frame frame) {
            if (frame.sequence() < next || frame.sequence() > through) {
                return;
            }
            if (frame.sequence() > next) {
                flush();
            }
            frames.add(frame);
            bytes += frame.length();
            next = frame.sequence() + 1;
            if (bytes >= BATCH_BYTES) {
                flush();
            }
        }

        private void run(Run run) {
            if (run.end() > next && run.position() <= through) {
                fillBefore(run.position());
                piece(run, through);
            }
        }

        /** What of the run is still missing, up to a position. */
        private void piece(Run run, long last) {
            if (run.end() <= next || run.position() > last) {
                return;
            }
            Run rest = run.from(Math.max(next, run.position()));
            rest = rest.end() - 1 > last ? rest.through(last) : rest;
            if (rest.position() > next || runs.size() >= RUNS_MAX) {
                flush();
            }
            Run before = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (before != null
                    && before.stream() == rest.stream()
                    && before.sequence() + before.count() == rest.sequence()) {
                runs.set(
                        runs.size() - 1,
                        new Run(before.position(), before.stream(), before.sequence(), before.count() + rest.count()));
            } else {
                runs.add(rest);
            }
            next = rest.end();
        }

        void flush() {
            if (!frames.isEmpty()) {
                rebuilt.append(frames);
                frames.clear();
                bytes = 0;
            }
            if (!runs.isEmpty()) {
                rebuilt.appendOrder(runs);
                runs.clear();
            }
        }

        /** Fills up to the sequence before this one with what others have. */
        void fillBefore(long sequence) {
            long last = sequence - 1;
            Ranges held = commits == null ? new Ranges() : commits.held(stream);
            if (stream == OrderExcerpt.STREAM) {
                fillFromEvents(held.isEmpty() ? last : Math.min(last, held.first() - 1));
            }
            if (next <= last && held.count(next, last) > 0) {
                fillFromCommits(last);
            }
        }

        private void fillFromCommits(long last) {
            java.util.Objects.requireNonNull(commits).visit((group, place) -> {
                if (stream == OrderExcerpt.STREAM) {
                    group.runs().forEach(run -> piece(run, last));
                    return;
                }
                for (Frame frame : group.frames()) {
                    if (!frame.isControl() && frame.stream() == stream && frame.sequence() <= last) {
                        frame(frame);
                    }
                }
            });
        }

        private void fillFromEvents(long last) {
            while (next <= last) {
                long high = Math.min(last, next + ORDER_PIECE - 1);
                TreeMap<Long, Run> found = new TreeMap<>();
                for (long number : streams) {
                    collect(medium, number, next, high, found);
                }
                found.values().forEach(run -> piece(run, last));
                next = high + 1;
            }
        }
    }

    /** Events of a stream whose positions are in the range. */
    private static void collect(Medium medium, long number, long low, long high, Map<Long, Run> found) {
        try {
            for (Path file : medium.disk().list(medium.streamDirectory(number))) {
                if (SegmentName.numberOf(file) >= 0) {
                    SegmentWalk.run(medium, file, number, new Positions(low, high, found));
                }
            }
        } catch (IOException e) {
            throw medium.failed("reading", medium.streamDirectory(number), e);
        }
    }

    /** Which positions of a range the journals of the streams can tell. */
    static Ranges positions(Medium medium, Catalog catalog, long first, long through) {
        Ranges told = new Ranges();
        for (long low = first; low <= through; low += ORDER_PIECE) {
            Map<Long, Run> found = new TreeMap<>();
            for (StreamState state : catalog.streams()) {
                collect(medium, state.number(), low, Math.min(through, low + ORDER_PIECE - 1), found);
            }
            found.keySet().forEach(position -> told.add(position, position));
        }
        return told;
    }

    /** Picks events by position. */
    private record Positions(long low, long high, Map<Long, Run> found) implements SegmentWalk.Visitor {
        @Override
        public void damaged(SegmentWalk.Place place, String what) {
            // Its events tell no positions.
        }

        @Override
        public void excerpt(Excerpt excerpt, SegmentWalk.Place place, boolean reachable) {
            if (!(excerpt instanceof FrameExcerpt content)) {
                return;
            }
            for (long sequence = content.firstSequence(); sequence <= content.lastSequence(); sequence++) {
                Frame frame = content.wholeOrNull(sequence);
                if (frame != null && frame.position() >= low && frame.position() <= high) {
                    found.put(frame.position(), new Run(frame.position(), frame.stream(), sequence, 1));
                }
            }
        }
    }
}

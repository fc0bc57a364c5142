package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Writes a damaged segment anew with everything that is whole in it, so that Chronicle can use its journal again.
 *
 * <p>The new one is complete and forced before it takes the place of the damaged one, which is kept in quarantine, under a
 * second name until then. So the events in it are there at every moment, and a stop leaves the old one or the new one.
 * Nothing is appended to it any more.
 */
final class SegmentRewrite implements SegmentWalk.Visitor {
    private final long stream;
    private final long through;
    private final Consumer<byte[]> sink;
    private long last;

    private SegmentRewrite(long stream, long through, Consumer<byte[]> sink) {
        this.stream = stream;
        this.through = through;
        this.sink = sink;
    }

    /**
     * @param through the last sequence that is copied
     * @return whether there was anything whole; if not, nothing was done
     */
    static boolean run(Medium medium, long stream, Path file, long through) throws IOException {
        int[] largest = {0};
        copy(medium, stream, file, through, excerpt -> largest[0] = Math.max(largest[0], excerpt.length));
        if (largest[0] == 0) {
            return false;
        }
        Path scratch = medium.quarantineDirectory().resolve("rewrite");
        medium.makeDirectory(scratch);
        clear(medium, scratch);
        Path made = SegmentName.file(scratch, SegmentName.numberOf(file));
        try (JournalQueue queue =
                JournalQueue.open(scratch, SegmentName.numberOf(file), StreamJournal.blockBytes(largest[0]))) {
            copy(medium, stream, file, through, excerpt -> queue.append(excerpt, excerpt.length));
        }
        end(medium, stream, made);
        medium.crashPoints().before(Step.RECOVER_JOURNALS);
        medium.disk().link(file, kept(medium, stream, file));
        medium.disk().forceDirectory(medium.quarantineDirectory());
        Path directory = java.util.Objects.requireNonNull(file.getParent());
        Path mark = SegmentName.sealedMark(directory, SegmentName.numberOf(file));
        if (!medium.disk().exists(mark)) {
            medium.disk().create(mark).close();
        }
        medium.disk().rename(made, file);
        medium.disk().forceDirectory(directory);
        clear(medium, scratch);
        medium.disk().delete(scratch);
        return true;
    }

    @Override
    public void excerpt(Excerpt excerpt, SegmentWalk.Place place, boolean reachable) {
        if (excerpt.firstSequence() <= last || excerpt.firstSequence() > through) {
            return;
        }
        if (excerpt.lastSequence() <= through) {
            sink.accept(excerpt.bytes(stream));
        } else if (excerpt instanceof FrameExcerpt frames) {
            wholeRuns(frames).forEach(run -> sink.accept(FrameExcerpt.of(run).bytes(stream)));
        }
        last = excerpt.lastSequence();
    }

    @Override
    public void damaged(SegmentWalk.Place place, String what) {
        // Stays a hole, and the old segment is kept.
    }

    /** What counts of an excerpt that goes on beyond what is copied. */
    private List<List<Frame>> wholeRuns(FrameExcerpt frames) {
        List<List<Frame>> runs = new ArrayList<>();
        long next = -1;
        for (long sequence = frames.firstSequence(); sequence <= through; sequence++) {
            Frame frame = frames.wholeOrNull(sequence);
            if (frame != null) {
                if (sequence != next) {
                    runs.add(new ArrayList<>());
                }
                runs.get(runs.size() - 1).add(frame);
                next = sequence + 1;
            }
        }
        return runs;
    }

    /** Behind the last record stands that the segment has ended. */
    private static void end(Medium medium, long stream, Path made) throws IOException {
        long offset;
        try (JournalScan scan = new JournalScan(medium, made, stream)) {
            for (Excerpt written = scan.next(); written != null; ) {
                written = scan.next();
            }
            offset = scan.lastOffset();
        }
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (Disk.Handle handle = medium.disk().open(made)) {
            handle.write(word.putInt(JournalScan.SEALED).flip(), offset);
            handle.force(true);
        }
    }

    private static Path kept(Medium medium, long stream, Path file) {
        String name = String.format(Locale.ROOT, "%016x-", stream) + file.getFileName();
        Path kept = medium.quarantineDirectory().resolve(name);
        for (int i = 1; medium.disk().exists(kept); i++) {
            kept = medium.quarantineDirectory().resolve(name + "-" + i);
        }
        return kept;
    }

    private static void clear(Medium medium, Path directory) throws IOException {
        for (Path below : medium.disk().list(directory)) {
            medium.disk().delete(below);
        }
    }

    private static void copy(Medium medium, long stream, Path file, long through, Consumer<byte[]> sink)
            throws IOException {
        SegmentWalk.run(medium, file, stream, new SegmentRewrite(stream, through, sink));
    }
}

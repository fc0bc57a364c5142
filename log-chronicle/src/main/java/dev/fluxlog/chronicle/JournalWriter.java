package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Copies committed frames into their stream journals and their order into the journal of the commit order; remembers
 * which files have to be forced.
 *
 * <p>Confined to one thread: recovery first, the applier afterwards.
 */
final class JournalWriter {
    private static final int READ_FRAMES = 1_024;
    private static final int READ_BYTES = 1 << 20;

    private final Medium medium;
    private final JournalCache journals;
    private final Set<Path> dirty = new LinkedHashSet<>();
    private final MendedNotes mended = new MendedNotes();

    private Room room;

    /** Of each journal written to since the dirty files were taken, the last number before. */
    private final Map<Long, Long> forcedThrough = new HashMap<>();

    JournalWriter(Medium medium, JournalCache journals) {
        this.medium = medium;
        this.journals = journals;
        this.room = medium::requireFree;
    }

    /** Asked before each write for the bytes that it may take: to wait for them, or to fail. */
    interface Room {
        void await(long bytes);
    }

    /** Has writes wait for room; until this is called they fail with {@code FULL} where there is none. */
    void waitFor(Room room) {
        this.room = room;
    }

    /** The only part of this that any thread may use. */
    MendedNotes mended() {
        return mended;
    }

    /** These files hold frames that may not be forced. */
    void note(Collection<Path> files) {
        dirty.addAll(files);
    }

    /** Writes frames with adjacent sequences, which go on from what the journal of the stream holds. */
    void write(long stream, List<Frame> run) {
        long before = run.get(0).sequence() - 1;
        long bytes = 0;
        for (Frame frame : run) {
            bytes += frame.length();
        }
        // Twice, for the blocks in which a file is mapped and the index beside what is indexed.
        long room = StreamJournal.OPENING_BYTES + 2 * bytes;
        writeOrMend(stream, room, before, before + run.size(), last -> {
            List<Frame> rest = run.subList((int) (last - before), run.size());
            if (!rest.isEmpty()) {
                int excerptBytes = StreamJournal.excerptBytesFor(rest);
                journals.write(stream, excerptBytes, journal -> journal.append(rest, dirty::add));
            }
        });
    }

    /** Writes adjacent runs, which go on from what the journal of the commit order holds; perhaps none. */
    void writeOrder(List<Run> order) {
        if (!order.isEmpty()) {
            long through = order.get(order.size() - 1).end() - 1;
            long before = order.get(0).position() - 1;
            long room = StreamJournal.OPENING_BYTES + 2L * OrderExcerpt.bytesFor(order.size());
            writeOrMend(OrderExcerpt.STREAM, room, before, through, last -> writeOrder(order, last));
        }
    }

    private void writeOrder(List<Run> order, long last) {
        List<Run> rest = new ArrayList<>();
        for (Run run : order) {
            if (run.end() > last + 1) {
                rest.add(run.from(Math.max(run.position(), last + 1)));
            }
        }
        if (!rest.isEmpty()) {
            journals.write(OrderExcerpt.STREAM, 0, journal -> journal.appendOrder(rest, dirty::add));
        }
    }

    /** Writes the word that numbers are lost in the place of their events; only recovery meets any. */
    void writeLost(long stream, LostExcerpt lost) {
        medium.crashPoints().before(Step.APPLY_WRITE);
        withRoom(
                StreamJournal.OPENING_BYTES,
                () -> journals.write(stream, 0, journal -> journal.appendLost(lost, dirty::add)));
    }

    /**
     * A journal is not opened without room, and nothing was written then: the room that was there when it was asked for
     * may have been taken by somebody else since.
     */
    private void withRoom(long bytes, Runnable write) {
        while (true) {
            room.await(bytes);
            try {
                write.run();
                return;
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.FULL) {
                    throw e;
                }
            }
        }
    }

    /**
     * A journal that does not take an append may be damaged where we left it. That must not stop the other streams: it is
     * settled like after a crash, and the rest goes into a new segment. A second failure is that of the medium, and so is
     * the loss of what was written since the last checkpoint: the commit journal still has it, and the next open copies
     * it again, but the next checkpoint would free it.
     *
     * @param room the bytes that it may take
     * @param before what the journal has to hold already
     * @param through what it has to hold afterwards
     * @param write appends everything behind the sequence that it is given
     */
    private void writeOrMend(long stream, long room, long before, long through, LongConsumer write) {
        medium.crashPoints().before(Step.APPLY_WRITE);
        forcedThrough.putIfAbsent(stream, before);
        try {
            withRoom(room, () -> write.accept(before));
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.FULL) {
                throw e;
            }
            long[] last = {before};
            try {
                withRoom(room, () -> last[0] = mend(stream, before, through, e));
            } catch (StorageException again) {
                again.addSuppressed(e);
                throw again;
            }
            withRoom(room, () -> write.accept(last[0]));
        }
    }

    /** Returns the last number that the journal holds; repeatable. */
    private long mend(long stream, long before, long through, StorageException refused) {
        journals.retire(stream);
        JournalSettling settling = new JournalSettling(medium, stream, List.of());
        long last = settling.settle(before, through);
        forgetMissing(medium.streamDirectory(stream));
        dirty.addAll(settling.kept());
        requireHeld(stream, forcedThrough.getOrDefault(stream, before) + 1, before);
        mended.add(medium.name(medium.streamDirectory(stream)) + " did not take an append behind " + before + " ("
                + refused.getMessage() + "), was settled, and goes on behind " + last);
        settling.repairs().forEach(mended::add);
        return last;
    }

    private void requireHeld(long stream, long first, long through) {
        Path directory = medium.streamDirectory(stream);
        try {
            // Opening a journal would create it.
            for (long next = first; next <= through && medium.disk().exists(directory); ) {
                next = heldThrough(stream, next, through) + 1;
            }
        } catch (StorageException e) {
            throw e.kind() == StorageException.Kind.CORRUPT ? gone(directory, first, through, e) : e;
        }
        if (first <= through && !medium.disk().exists(directory)) {
            throw gone(directory, first, through, new NoSuchFileException(medium.name(directory)));
        }
    }

    private long heldThrough(long stream, long first, long through) {
        if (stream == OrderExcerpt.STREAM) {
            List<Run> runs = journals.use(stream, 0, journal -> journal.runsAround(first));
            return runs.get(runs.size() - 1).end() - 1;
        }
        ReadRequest request =
                new ReadRequest(stream, first, through, ReadRequest.Direction.FORWARD, READ_FRAMES, READ_BYTES);
        List<Frame> frames = journals.use(stream, 0, journal -> journal.read(request));
        return frames.get(frames.size() - 1).sequence();
    }

    private StorageException gone(Path directory, long first, long through, Exception cause) {
        String what = "numbers " + first + " to " + through + " were written and are there no more";
        return medium.failed("writing to", directory, new IOException(what, cause));
    }

    /** Files written since this was asked last, with nothing that still has to be copied. */
    Set<Path> takeDirty() {
        Set<Path> taken = new LinkedHashSet<>(dirty);
        dirty.clear();
        forcedThrough.clear();
        return taken;
    }

    /** Nothing of the journal is needed below this number any more, and files without any that is may be gone. */
    void shrunk(long stream, long lowestNeeded) {
        forcedThrough.computeIfPresent(stream, (number, through) -> Math.max(through, lowestNeeded - 1));
        forgetMissing(medium.streamDirectory(stream));
    }

    /** Files of this directory that were deleted for good need no force. */
    private void forgetMissing(Path directory) {
        dirty.removeIf(file -> file.startsWith(directory) && !medium.disk().exists(file));
    }
}

package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Backend.Level;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The commit journal as plain files of zeros that are overwritten in order, with one force per group.
 *
 * <p>Invariants: a group is written only after the one before was forced, so only the last one can be incomplete. After
 * any failure that leaves the content unknown the journal is not written again. A file that is no longer the one its
 * path names, or has another length, is noticed before the group counts as committed.
 *
 * <p>Appended to by the committing thread only. It does not read, and it does not repair: {@link CommitScan} reads.
 */
final class SegmentedCommitJournal implements CommitJournal {
    private static final int BUFFER_BYTES = 256 << 10;

    private final Medium medium;
    private final Level level;
    private final UUID nodeId;
    private final long epoch;
    private final long freeBytesMin;
    private final long segmentBytes;
    private final AcknowledgedMark mark;
    private final SegmentSupply supply;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    // Owned by the committing thread.
    private JournalPlace end;
    private @Nullable ActiveSegment active;
    private @Nullable StorageException latched;

    /** The segment that is written now. */
    private record ActiveSegment(Path file, Disk.Handle handle, Disk.Identity identity) {}

    /**
     * @param end where the next group belongs
     * @param goOn whether the segment at {@code end} is known to hold nothing behind it, so that it can be written on;
     *     otherwise the first append begins a new one
     */
    SegmentedCommitJournal(Medium medium, ChronicleOptions options, Manifest manifest, JournalPlace end, boolean goOn)
            throws IOException {
        this.medium = medium;
        this.level = options.durability();
        this.nodeId = manifest.nodeId();
        this.epoch = manifest.epoch();
        this.freeBytesMin = options.freeBytesMin();
        this.segmentBytes = options.commitSegmentBytes();
        this.end = end;
        this.active = goOn ? open(end) : null;
        if (active != null) {
            NewestSegment.restore(medium, active.file());
        }
        this.mark = new AcknowledgedMark(medium, level == Level.PROCESS);
        mark.set(end);
        this.supply = new SegmentSupply(medium, segmentBytes, freeBytesMin);
        if (active == null) {
            supply.prepare();
        }
    }

    private @Nullable ActiveSegment open(JournalPlace place) throws IOException {
        Path file = medium.commitDirectory().resolve(CommitSegment.fileName(place.segment()));
        if (!medium.disk().exists(file)) {
            return null;
        }
        return new ActiveSegment(file, medium.disk().open(file), medium.disk().identity(file));
    }

    @Override
    public JournalPlace append(CommitGroup group, long owedBytes) {
        if (latched != null) {
            throw latched;
        }
        long firstPosition = end.position() + 1;
        CommitRecord head = CommitRecord.of(group, end.group() + 1, firstPosition);
        requireRoom(owedBytes);
        if (active == null || end.offset() + head.bytes() > active.identity().bytes()) {
            Path prepared = supply.take(CommitSegment.HEADER_BYTES + head.bytes());
            latchingOnFailure("starting a segment of", () -> roll(prepared));
        }
        latchingOnFailure("writing to", () -> write(head, group));
        if (end.offset() > segmentBytes / 2) {
            supply.prepare();
        }
        medium.crashPoints().before(Step.COMMIT_RETURN);
        return end;
    }

    private void requireRoom(long owedBytes) {
        long usable;
        try {
            usable = medium.disk().usableBytes(medium.root());
        } catch (IOException e) {
            throw latch("asking for the free space of", e);
        }
        if (usable < freeBytesMin + owedBytes) {
            throw new StorageException(
                    StorageException.Kind.FULL,
                    usable + " bytes are free where the log is, " + freeBytesMin + " must stay free, and " + owedBytes
                            + " are for events that are stored already");
        }
    }

    private void roll(Path prepared) throws IOException {
        closeActive();
        long number = end.segment() + (hasSegment(end.segment()) ? 1 : 0);
        Path file = medium.commitDirectory().resolve(CommitSegment.fileName(number));
        CommitSegment head =
                new CommitSegment(nodeId, epoch, number, end.group() + 1, end.position(), level == Level.PROCESS);
        Disk.Handle handle = medium.disk().open(prepared);
        medium.crashPoints().before(Step.ROLL_HEADER);
        handle.write(ByteBuffer.wrap(head.encode()), 0);
        handle.force(true);
        medium.crashPoints().before(Step.ROLL_RENAME);
        medium.disk().rename(prepared, file);
        medium.crashPoints().before(Step.ROLL_DIRECTORY);
        medium.disk().forceDirectory(medium.commitDirectory());
        NewestSegment.replace(medium, head);
        active = new ActiveSegment(file, handle, medium.disk().identity(file));
        end = end.inSegment(number);
    }

    private boolean hasSegment(long number) {
        return medium.disk().exists(medium.commitDirectory().resolve(CommitSegment.fileName(number)));
    }

    private void write(CommitRecord head, CommitGroup group) throws IOException {
        ActiveSegment segment = java.util.Objects.requireNonNull(active);
        medium.crashPoints().before(Step.COMMIT_WRITE);
        byte[] frames = group.bytes();
        long at = end.offset();
        buffer.clear().put(head.encode());
        for (int from = 0; from < frames.length; ) {
            int length = Math.min(buffer.remaining(), frames.length - from);
            buffer.put(frames, from, length).flip();
            int written = buffer.remaining();
            segment.handle().write(buffer, at);
            at += written;
            from += length;
            buffer.clear();
        }
        medium.crashPoints().before(Step.COMMIT_FORCE);
        if (level == Level.DISK) {
            segment.handle().force(false);
        }
        if (!medium.disk().identity(segment.file()).equals(segment.identity())) {
            throw new IOException("the file was removed, replaced or cut by somebody else");
        }
        end = end.behind(end.offset() + head.bytes(), group.lastPosition());
        mark.set(end);
    }

    private interface Action {
        void run() throws IOException;
    }

    private void latchingOnFailure(String doing, Action action) {
        try {
            action.run();
        } catch (Throwable e) {
            throw latch(doing, e);
        }
    }

    private StorageException latch(String doing, Throwable cause) {
        Path file = active == null ? medium.commitDirectory() : active.file();
        latched = medium.failed(doing, file, cause);
        return latched;
    }

    @Override
    public JournalPlace end() {
        return end;
    }

    @Override
    public void force(JournalPlace from) {
        if (level == Level.DISK) {
            return;
        }
        try {
            for (Path file : medium.disk().list(medium.commitDirectory())) {
                if (CommitSegment.numberOf(file) >= from.segment()) {
                    medium.crashPoints().before(Step.CHECKPOINT_FORCE);
                    try (Disk.Handle handle = medium.disk().open(file)) {
                        handle.force(true);
                    }
                }
            }
        } catch (IOException e) {
            throw medium.failed("forcing segments of", medium.commitDirectory(), e);
        }
    }

    @Override
    public void free(JournalPlace before) {
        try {
            for (Path file : medium.disk().list(medium.commitDirectory())) {
                long number = CommitSegment.numberOf(file);
                if (number >= 0 && number < before.segment()) {
                    medium.crashPoints().before(Step.CHECKPOINT_FREE);
                    medium.disk().delete(file);
                }
            }
            medium.disk().forceDirectory(medium.commitDirectory());
        } catch (IOException e) {
            throw medium.failed("freeing segments of", medium.commitDirectory(), e);
        }
    }

    private void closeActive() throws IOException {
        if (active != null) {
            active.handle().close();
            active = null;
        }
    }

    @Override
    public void close() {
        supply.close();
        try {
            mark.close();
            closeActive();
        } catch (IOException e) {
            throw medium.failed("closing a segment of", medium.commitDirectory(), e);
        }
    }
}

package dev.fluxlog.backend;

import java.util.List;

/**
 * A blocking, single-writer medium for the frames of many streams.
 *
 * <p>Rules of use, for callers:
 *
 * <ul>
 *   <li>{@link #recover} is called first and once.
 *   <li>{@link #commit} is called by one thread at a time, the writer.
 *   <li>{@link #read} and {@link #runs} are called by any number of threads, also while a commit runs.
 *   <li>{@link #close} is called once no other call is running; calling it again does nothing.
 *   <li>No call is made on a thread that must not block, and none of these threads is ever interrupted.
 * </ul>
 *
 * <p>Rules for implementations:
 *
 * <ul>
 *   <li>A group is visible to {@link #read} and {@link #runs} when {@code commit} has returned, at the latest. Callers bound their reads
 *       by what they know to be committed, so earlier visibility does no harm.
 *   <li>What {@code commit} acknowledged survives what {@link #durability} promises, as a whole group or not at all.
 *   <li>Whatever a read returns was checked: checksum, stream, sequence, density. Damage is a {@link StorageException}
 *       of kind {@code CORRUPT}, never a shorter or different answer.
 *   <li>Marks move by control frames of a group (see {@link Catalog}); space is given back afterwards, when nobody
 *       reads it, and that may be repeated after a crash at any point. What a group trims stays readable until the next
 *       one: readers learn of the trim only when {@code commit} has returned.
 * </ul>
 */
public interface Backend extends AutoCloseable {

    /** What an acknowledgement survives. */
    enum Level {
        /** Nothing: gone with the process. */
        MEMORY,
        /** The death of the process: the bytes are in the operating system's page cache. */
        PROCESS,
        /** Power loss, as far as the device keeps what it was forced to keep. */
        DISK
    }

    Level durability();

    /**
     * Takes ownership, brings the medium to a sound state, and tells what is there.
     *
     * @throws StorageException {@code BUSY}, {@code SETUP}, {@code UNSUPPORTED_VERSION}, {@code CORRUPT}, {@code IO}
     */
    Recovery recover();

    /**
     * Makes the whole group durable at {@link #durability}; all or nothing.
     *
     * @throws StorageException {@code FULL}: nothing changed, a later commit may succeed; any other kind: the backend
     *     must not be written to again, reads go on
     */
    void commit(CommitGroup group);

    /**
     * Frames of one stream in the asked direction, beginning exactly at {@code request.sequence()}.
     *
     * <p>The answer has at least one frame unless the request's range is empty, and may be shorter than asked: bounded
     * by {@code framesMax}, by {@code bytesMax} (a single larger frame is returned alone), by the range, or by what is
     * at hand. Damage behind the first frame ends the answer; the next call, which begins there, reports it.
     *
     * @throws StorageException {@code CORRUPT} with stream and sequence when the first frame of the range cannot be
     *     read whole, for whatever reason; {@code IO}
     */
    List<Frame> read(ReadRequest request);

    /**
     * The order of commit: which events stand at the positions from {@code position} to {@code through}.
     *
     * <p>The answer begins exactly at {@code position}, its runs are adjacent, and it does not go beyond {@code
     * through}; it has at least one run unless the range is empty, and at most {@code runsMax}. Trimmed and deleted
     * events keep their places in it.
     *
     * @param position at least 1
     * @param runsMax at least 1
     * @throws StorageException {@code CORRUPT} when the place cannot be read; {@code IO}
     */
    List<Run> runs(long position, long through, int runsMax);

    /**
     * What the medium has found out about itself in the background since it was opened and still holds, one plain
     * sentence each, few; without a path. May be called by any thread at any time, and does not block.
     */
    default List<String> findings() {
        return List.of();
    }

    /** Everything on disk, files closed, ownership released. Repeatable. */
    @Override
    void close();
}

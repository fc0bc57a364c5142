package dev.fluxlog.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * What the durable backend asks of the file system; the one seam at which tests make it fail.
 *
 * <p>All operations block and may be called by any thread. Chronicle's memory-mapped files do not pass through here,
 * except that they are forced, scanned and deleted through it.
 */
interface Disk {
    /** Creates a file that must not exist yet. */
    Handle create(Path file) throws IOException;

    /** Opens an existing file to read and write. */
    Handle open(Path file) throws IOException;

    /** Opens an existing file to read only. */
    Handle openToRead(Path file) throws IOException;

    void createDirectories(Path directory) throws IOException;

    /** Moves atomically, replacing what is there; durable once the directory is forced. */
    void rename(Path from, Path to) throws IOException;

    /** Gives a file a second name. */
    void link(Path file, Path secondName) throws IOException;

    /** Deletes a file or an empty directory; does nothing when it is gone already. */
    void delete(Path path) throws IOException;

    /** Makes creations, renames and deletions in this directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** Sorted by name; empty when the directory does not exist. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path path);

    /** Whether this process may read the path, and write it. */
    boolean isAccessible(Path path);

    /** Identity and length of the file that the path names now; equal only while both are the same. */
    Identity identity(Path file) throws IOException;

    long usableBytes(Path directory) throws IOException;

    /** Which file a path names, and how long it is. */
    record Identity(Object key, long bytes) {}

    /** An open file. Reads and writes name their place, so threads do not disturb each other. */
    interface Handle extends Closeable {
        /** Reads until the buffer is full or the file ends; returns the bytes read, 0 at the end. */
        int read(ByteBuffer target, long offset) throws IOException;

        /** Writes all that remains in the buffer. */
        void write(ByteBuffer source, long offset) throws IOException;

        /** Asks the device to keep the content; with {@code metadata} also what only the file system knows. */
        void force(boolean metadata) throws IOException;

        long size() throws IOException;

        @Override
        void close() throws IOException;
    }
}

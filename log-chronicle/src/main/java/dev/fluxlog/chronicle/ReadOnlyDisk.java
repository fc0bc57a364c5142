package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A disk on which nothing can be changed: whoever examines a log proves by it that no byte was touched.
 *
 * @param reading told, before each read, how many bytes it takes; may wait
 */
record ReadOnlyDisk(Disk disk, LongConsumer reading) implements Disk {
    ReadOnlyDisk(Disk disk) {
        this(disk, bytes -> {});
    }

    private static UnsupportedOperationException refused(Path path) {
        return new UnsupportedOperationException("an examination does not change " + path);
    }

    @Override
    public Handle create(Path file) {
        throw refused(file);
    }

    @Override
    public Handle open(Path file) {
        throw refused(file);
    }

    @Override
    public Handle openToRead(Path file) throws IOException {
        reading.accept(Pacer.FILE_BYTES);
        Handle handle = disk.openToRead(file);
        return new Handle() {
            @Override
            public int read(ByteBuffer target, long offset) throws IOException {
                reading.accept(target.remaining());
                return handle.read(target, offset);
            }

            @Override
            public void write(ByteBuffer source, long offset) {
                throw refused(file);
            }

            @Override
            public void force(boolean metadata) {
                throw refused(file);
            }

            @Override
            public long size() throws IOException {
                return handle.size();
            }

            @Override
            public void close() throws IOException {
                handle.close();
            }
        };
    }

    @Override
    public void createDirectories(Path directory) {
        throw refused(directory);
    }

    @Override
    public void rename(Path from, Path to) {
        throw refused(from);
    }

    @Override
    public void link(Path file, Path secondName) {
        throw refused(secondName);
    }

    @Override
    public void delete(Path path) {
        throw refused(path);
    }

    @Override
    public void forceDirectory(Path directory) {
        throw refused(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public boolean isAccessible(Path path) {
        return disk.isAccessible(path);
    }

    @Override
    public Identity identity(Path file) throws IOException {
        return disk.identity(file);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return disk.usableBytes(directory);
    }
}

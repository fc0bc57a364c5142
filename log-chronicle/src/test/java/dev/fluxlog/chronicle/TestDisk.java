package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** The local disk, counted, with the k-th operation of a kind failing if asked, and without the cost of forcing. */
final class TestDisk implements Disk {
    enum Operation {
        CREATE,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    private final Disk disk = new LocalDisk();
    private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);
    private Operation failing = Operation.CREATE;
    private long failAt = Long.MAX_VALUE;
    private Pattern only = Pattern.compile("");
    private boolean lasting;
    private Path failed = Path.of("");
    private long repeated;
    private volatile Pattern denied = Pattern.compile("$.");
    private volatile LongSupplier usableBytes = () -> Long.MAX_VALUE;
    private volatile CountDownLatch forces = new CountDownLatch(0);

    /** The operation of this kind after so many more fails, once; counted on paths in which the pattern is found. */
    synchronized TestDisk failAfter(Operation operation, long more, String pattern) {
        failing = operation;
        failAt = more + 1;
        only = Pattern.compile(pattern);
        return this;
    }

    /** From now on every operation of this kind fails on paths in which the pattern is found. */
    synchronized TestDisk failAlways(Operation operation, String pattern) {
        failAfter(operation, 0, pattern);
        lasting = true;
        return this;
    }

    /** How often the operation that failed was tried again on the file on which it failed. */
    synchronized long repeated() {
        return repeated;
    }

    synchronized Path failedPath() {
        return failed;
    }

    synchronized void mend() {
        failed = Path.of("");
        repeated = 0;
        failAt = Long.MAX_VALUE;
        lasting = false;
    }

    void setUsableBytes(long bytes) {
        setUsableBytes(() -> bytes);
    }

    /** Asked each time. */
    void setUsableBytes(LongSupplier bytes) {
        usableBytes = bytes;
    }

    /** Forces of files wait until it is open. */
    void holdForces(CountDownLatch gate) {
        forces = gate;
    }

    synchronized long count(Operation operation) {
        return counts.getOrDefault(operation, 0L);
    }

    private synchronized void note(Operation operation, Path path) throws IOException {
        counts.merge(operation, 1L, Long::sum);
        if (path.equals(failed) && operation == failing) {
            repeated++;
        }
        if (operation == failing
                && only.matcher(path.toString()).find()
                && (--failAt == 0 || (lasting && failAt < 0))) {
            failed = path;
            throw new IOException("injected failure of " + operation);
        }
    }

    @Override
    public Handle create(Path file) throws IOException {
        note(Operation.CREATE, file);
        return new Counted(disk.create(file), file);
    }

    @Override
    public Handle open(Path file) throws IOException {
        return new Counted(disk.open(file), file);
    }

    @Override
    public Handle openToRead(Path file) throws IOException {
        return disk.openToRead(file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        note(Operation.CREATE, directory);
        disk.createDirectories(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        note(Operation.RENAME, to);
        disk.rename(from, to);
    }

    @Override
    public void link(Path file, Path secondName) throws IOException {
        note(Operation.CREATE, secondName);
        disk.link(file, secondName);
    }

    @Override
    public void delete(Path path) throws IOException {
        note(Operation.DELETE, path);
        disk.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        note(Operation.FORCE_DIRECTORY, directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    /** Paths in which the pattern is found may not be touched. */
    void deny(String pattern) {
        denied = Pattern.compile(pattern);
    }

    @Override
    public boolean isAccessible(Path path) {
        return !denied.matcher(path.toString()).find();
    }

    @Override
    public Identity identity(Path file) throws IOException {
        return disk.identity(file);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return Math.min(usableBytes.getAsLong(), disk.usableBytes(directory));
    }

    private final class Counted implements Handle {
        private final Handle handle;
        private final Path file;

        Counted(Handle handle, Path file) {
            this.handle = handle;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return handle.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            note(Operation.WRITE, file);
            handle.write(source, offset);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            try {
                forces.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            note(Operation.FORCE, file);
        }

        @Override
        public long size() throws IOException {
            return handle.size();
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }
}

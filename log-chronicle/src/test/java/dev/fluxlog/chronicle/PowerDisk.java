package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The local disk, which remembers what was forced: the content of each file and the names in each directory.
 *
 * <p>When the power fails, a file has of each page either what was forced last or what came later, a name may still be
 * there or not yet, and whatever is not forced may be cut or zeros. {@link #capture} takes the two states at one moment,
 * and {@link Capture#image} mixes them.
 */
final class PowerDisk implements Disk {
    private static final int PAGE_BYTES = 4096;

    private final Disk disk = new LocalDisk();

    // All guarded by this.
    private final Map<Object, byte[]> forcedContents = new HashMap<>();
    private final Map<Path, Map<String, Object>> forcedNames = new HashMap<>();

    /**
     * What would be there for certain, and what may be.
     *
     * @param files of each its forced and its later content; both of a file that another one replaced, too
     */
    record Capture(Path root, Map<Path, List<byte[]>> files) {
        /** Writes one of the many things that a power loss at that moment could leave. */
        void image(Path target, Random random) throws IOException {
            for (Map.Entry<Path, List<byte[]>> file : files.entrySet()) {
                Path to = target.resolve(root.relativize(file.getKey()).toString());
                Files.createDirectories(to.getParent());
                List<byte[]> states = file.getValue();
                int which = states.size() == 4 && random.nextBoolean() ? 2 : 0;
                byte[] forced = states.get(which);
                byte[] later = states.get(which + 1);
                if (forced.length == 0 && (later.length == 0 || random.nextInt(4) == 0)) {
                    continue;
                }
                Files.write(to, mixed(forced, later, random));
            }
        }

        private static byte[] mixed(byte[] forced, byte[] later, Random random) {
            // Some losses take much and some take little.
            int share = new int[] {0, 5, 50, 95, 100}[random.nextInt(5)];
            int length =
                    random.nextBoolean() ? later.length : Math.max(forced.length, random.nextInt(later.length + 1));
            byte[] bytes = Arrays.copyOf(forced, Math.max(length, forced.length));
            for (int at = 0; at < Math.min(bytes.length, later.length); at += PAGE_BYTES) {
                if (random.nextInt(100) < share) {
                    int end = Math.min(Math.min(bytes.length, later.length), at + PAGE_BYTES);
                    System.arraycopy(later, at, bytes, at, end - at);
                }
            }
            return bytes;
        }
    }

    synchronized Capture capture(Path root) throws IOException {
        Map<Path, List<byte[]>> files = new TreeMap<>();
        Set<Path> directories = new TreeSet<>(forcedNames.keySet());
        try (Stream<Path> found = Files.walk(root)) {
            found.filter(Files::isDirectory).forEach(directories::add);
        }
        for (Path directory : directories) {
            Map<String, Object> forced = forcedNames.getOrDefault(directory, Map.of());
            Map<String, Object> now = names(directory);
            Set<String> all = new TreeSet<>(forced.keySet());
            all.addAll(now.keySet());
            for (String name : all) {
                Object key = now.containsKey(name) ? now.get(name) : forced.get(name);
                byte[] certain = forced.containsKey(name)
                        ? forcedContents.getOrDefault(forced.get(name), new byte[0])
                        : new byte[0];
                Path file = directory.resolve(name);
                boolean replaced = forced.containsKey(name) && !forced.get(name).equals(key);
                byte[] later = now.containsKey(name) ? Files.readAllBytes(file) : certain;
                if (replaced) {
                    // A name stands for the one file or for the other, never for a mixture.
                    byte[] other = forcedContents.getOrDefault(key, new byte[0]);
                    files.put(file, List.of(certain, certain, other, later));
                } else {
                    files.put(file, List.of(certain, later));
                }
            }
        }
        return new Capture(root, files);
    }

    private static Map<String, Object> names(Path directory) throws IOException {
        Map<String, Object> names = new HashMap<>();
        if (!Files.isDirectory(directory)) {
            return names;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                try {
                    if (!Files.isDirectory(entry)) {
                        names.put(entry.getFileName().toString(), keyOf(entry));
                    }
                } catch (NoSuchFileException gone) {
                    continue;
                }
            }
        }
        return names;
    }

    private static Object keyOf(Path file) throws IOException {
        return java.util.Objects.requireNonNull(
                Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                        .fileKey());
    }

    /** The name is gone; the file may come back under it, and its identity may be given to another one. */
    private void retire(Path file) throws IOException {
        if (!Files.exists(file) || Files.isDirectory(file)) {
            return;
        }
        Object key = keyOf(file);
        byte[] content = forcedContents.remove(key);
        Object gone = new Object();
        if (content != null) {
            forcedContents.put(gone, content);
        }
        forcedNames.values().forEach(names -> names.replaceAll((name, of) -> of.equals(key) ? gone : of));
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        forcedNames.put(directory, names(directory));
    }

    @Override
    public synchronized Handle create(Path file) throws IOException {
        Handle handle = disk.create(file);
        forcedContents.remove(keyOf(file));
        return new Watched(handle, file);
    }

    @Override
    public synchronized Handle open(Path file) throws IOException {
        return new Watched(disk.open(file), file);
    }

    @Override
    public Handle openToRead(Path file) throws IOException {
        return disk.openToRead(file);
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        retire(to);
        disk.rename(from, to);
    }

    @Override
    public synchronized void link(Path file, Path secondName) throws IOException {
        disk.link(file, secondName);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        retire(path);
        disk.delete(path);
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

    private final class Watched implements Handle {
        private final Handle handle;
        private final Object key;

        Watched(Handle handle, Path file) throws IOException {
            this.handle = handle;
            this.key = keyOf(file);
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return handle.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            synchronized (PowerDisk.this) {
                handle.write(source, offset);
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synchronized (PowerDisk.this) {
                int size = (int) handle.size();
                ByteBuffer content = ByteBuffer.allocate(size);
                handle.read(content, 0);
                forcedContents.put(key, content.array());
            }
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

package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a backup consists of, as the file {@code BACKUP} in it says: lines of text, each file with its length and SHA-256,
 * and last the SHA-256 of the lines before.
 *
 * <p>It is replaced as a whole when everything that it names stands on the device. A file that it does not name is no
 * part of the backup.
 *
 * @param run how often this backup was taken
 * @param position the highest one in it
 * @param manifest file with the state of all streams at that position
 * @param parts files with excerpts, in the order in which they are to be restored
 * @param lost what could not be read at the source
 */
record BackupIndex(UUID nodeId, long run, long position, Entry manifest, List<Entry> parts, List<Lost> lost) {
    static final String FILE = "BACKUP";

    private static final String FIRST_LINE = "fluxlog-backup 1";
    private static final int BYTES_MAX = 64 << 20;
    private static final int PIECE_BYTES = 256 << 10;

    /** A file as it was written. */
    record Entry(String name, long bytes, String sha256) {
        Entry {
            if (!name.matches("[a-z]+-\\d+(-\\d+)?")) {
                throw new IllegalArgumentException("no file of a backup: " + name);
            }
        }
    }

    /** Sequences of a stream that are not in the backup although they were committed. */
    record Lost(long stream, long first, long through) {}

    byte[] encode() {
        StringBuilder out = new StringBuilder(FIRST_LINE).append('\n');
        out.append("node ").append(nodeId).append('\n');
        out.append("run ").append(run).append('\n');
        out.append("position ").append(position).append('\n');
        append(out, "manifest", manifest);
        parts.forEach(part -> append(out, "part", part));
        for (Lost range : lost) {
            out.append("lost ").append(range.stream()).append(' ').append(range.first());
            out.append(' ').append(range.through()).append('\n');
        }
        byte[] lines = out.toString().getBytes(StandardCharsets.UTF_8);
        out.append("end ").append(hex(sha256().digest(lines))).append('\n');
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder out, String word, Entry entry) {
        out.append(word).append(' ').append(entry.name()).append(' ');
        out.append(entry.bytes()).append(' ').append(entry.sha256()).append('\n');
    }

    /** The index of the backup in this directory, or null when there is none. */
    static @Nullable BackupIndex read(Medium backup) {
        Path file = backup.root().resolve(FILE);
        if (!backup.disk().exists(file)) {
            return null;
        }
        try {
            return decode(new String(SmallFile.read(backup, file, BYTES_MAX), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw backup.failed("reading", file, e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw backup.corrupt("is no index of a backup: " + e.getMessage(), file, 0);
        } catch (StorageException e) {
            throw e.in(FILE, 0);
        }
    }

    private static BackupIndex decode(String text) {
        int end = text.lastIndexOf("end ");
        String lines = text.substring(0, Math.max(0, end));
        String checksum = hex(sha256().digest(lines.getBytes(StandardCharsets.UTF_8)));
        if (!text.equals(lines + "end " + checksum + "\n")) {
            throw new StorageException(StorageException.Kind.CORRUPT, "the index of the backup is damaged");
        }
        if (!lines.startsWith(FIRST_LINE + "\n")) {
            throw new StorageException(
                    StorageException.Kind.UNSUPPORTED_VERSION,
                    "backup '" + lines.lines().findFirst().orElse("") + "'");
        }
        @Nullable UUID nodeId = null;
        long run = 0;
        long position = 0;
        @Nullable Entry manifest = null;
        List<Entry> parts = new ArrayList<>();
        List<Lost> lost = new ArrayList<>();
        for (String line : lines.lines().skip(1).toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "node" -> nodeId = UUID.fromString(words[1]);
                case "run" -> run = Long.parseLong(words[1]);
                case "position" -> position = Long.parseLong(words[1]);
                case "manifest" -> manifest = entry(words);
                case "part" -> parts.add(entry(words));
                case "lost" ->
                    lost.add(new Lost(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
                default -> throw new IllegalArgumentException("'" + words[0] + "'");
            }
        }
        if (nodeId == null || manifest == null) {
            throw new IllegalArgumentException("it names no log");
        }
        return new BackupIndex(nodeId, run, position, manifest, parts, lost);
    }

    private static Entry entry(String[] words) {
        return new Entry(words[1], Long.parseLong(words[2]), words[3]);
    }

    /** @throws StorageException {@code CORRUPT} or {@code UNSUPPORTED_VERSION} */
    Manifest manifestIn(Medium backup) throws IOException {
        Path file = backup.root().resolve(manifest.name());
        try {
            return Manifest.decode(SmallFile.read(backup, file, Manifest.BYTES_MAX));
        } catch (StorageException e) {
            throw e.in(manifest.name(), 0);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** @throws StorageException {@code CORRUPT} when the file is not the one that was written */
    static void verify(Medium backup, Entry entry) {
        Path file = backup.root().resolve(entry.name());
        if (!backup.disk().exists(file)) {
            throw backup.corrupt("the file is missing", file, 0);
        }
        try (Disk.Handle handle = backup.disk().openToRead(file)) {
            MessageDigest digest = sha256();
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            for (long at = 0; handle.read(piece.clear(), at) > 0; at += piece.limit()) {
                digest.update(piece.flip());
            }
            if (handle.size() != entry.bytes() || !hex(digest.digest()).equals(entry.sha256())) {
                throw backup.corrupt("the file is not the one that was written", file, 0);
            }
        } catch (IOException e) {
            throw backup.failed("reading", file, e);
        }
    }
}

package dev.fluxlog.benchmarks.http;

import dev.fluxlog.benchmarks.Results;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The limit of whoever gives out what is stored: how fast the files of a server can be read in sequence by one thread,
 * from the page cache, without looking at a byte.
 */
record StoredFiles(Path directory) {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PASSES = 3;

    void addTo(Results results) throws IOException {
        double best = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            long from = System.nanoTime();
            long bytes = readAll();
            best = Math.max(best, bytes * 1e9 / (System.nanoTime() - from));
        }
        results.add("files MiB/s", best / (1 << 20));
    }

    private long readAll() throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        long bytes = 0;
        for (Path file : files()) {
            try (FileChannel channel = FileChannel.open(file)) {
                for (int count; (count = channel.read(piece.clear())) >= 0; ) {
                    bytes += count;
                }
            } catch (NoSuchFileException gone) {
                // The server goes on while its files are read, and has removed this one since they were listed.
                continue;
            }
        }
        return bytes;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}

package dev.fluxlog.chronicle;

import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Where recovery keeps the bytes that it no longer believes, for whoever wants to look at them later. */
final class Quarantine {
    private static final int PIECE_BYTES = 64 << 10;

    private Quarantine() {}

    /** Copies a range; one that was copied before a crash, whole, is kept: the range may have been overwritten since. */
    static Path copy(Medium medium, ScanWindow window, long from, long to, String name) throws IOException {
        medium.makeDirectory(medium.quarantineDirectory());
        Path copy = medium.quarantineDirectory().resolve(name);
        medium.crashPoints().before(Step.RECOVER_QUARANTINE);
        if (medium.disk().exists(copy)) {
            return copy;
        }
        Path temporary = medium.quarantineDirectory().resolve(name + ".tmp");
        medium.disk().delete(temporary);
        try (Disk.Handle handle = medium.disk().create(temporary)) {
            for (long at = from; at < to; ) {
                int length = (int) Math.min(PIECE_BYTES, to - at);
                int index = window.at(at, length);
                handle.write(ByteBuffer.wrap(window.bytes(), index, length), at - from);
                at += length;
            }
            handle.force(true);
        }
        medium.disk().rename(temporary, copy);
        medium.disk().forceDirectory(medium.quarantineDirectory());
        return copy;
    }

    /** Moves a whole file; the caller forces the directory that it leaves. */
    static void move(Medium medium, Path file, String name) throws IOException {
        medium.makeDirectory(medium.quarantineDirectory());
        medium.crashPoints().before(Step.RECOVER_QUARANTINE);
        Path target = medium.quarantineDirectory().resolve(name);
        for (int i = 1; medium.disk().exists(target); i++) {
            target = medium.quarantineDirectory().resolve(name + "-" + i);
        }
        medium.disk().rename(file, target);
        medium.disk().forceDirectory(medium.quarantineDirectory());
    }
}

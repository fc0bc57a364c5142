package dev.fluxlog.chronicle;

import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Replaces a small file as a whole: whoever reads it, at whatever moment and after whatever stop, finds the old content
 * or the new.
 *
 * <p>The only place where this is done: temporary file, force, atomic move, directory force. A temporary file that a
 * stop left behind is overwritten by the next replacement and read by nobody.
 */
final class SmallFile {
    private SmallFile() {}

    static void replace(Medium medium, Path file, byte[] content) throws IOException {
        Disk disk = medium.disk();
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        medium.crashPoints().before(Step.REPLACE_WRITE);
        disk.delete(temporary);
        try (Disk.Handle handle = disk.create(temporary)) {
            handle.write(ByteBuffer.wrap(content), 0);
            medium.crashPoints().before(Step.REPLACE_FORCE);
            handle.force(true);
        }
        medium.crashPoints().before(Step.REPLACE_RENAME);
        disk.rename(temporary, file);
        medium.crashPoints().before(Step.REPLACE_DIRECTORY);
        disk.forceDirectory(java.util.Objects.requireNonNull(file.getParent()));
    }

    /** @param bytesMax bounds what a damaged length can make us allocate */
    static byte[] read(Medium medium, Path file, int bytesMax) throws IOException {
        try (Disk.Handle handle = medium.disk().openToRead(file)) {
            long size = handle.size();
            if (size > bytesMax) {
                throw medium.corrupt("is " + size + " bytes long, at most " + bytesMax + " are valid", file, 0);
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) size);
            handle.read(buffer, 0);
            return java.util.Arrays.copyOf(buffer.array(), buffer.position());
        }
    }
}

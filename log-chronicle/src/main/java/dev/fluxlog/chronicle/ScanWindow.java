package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file seen through a heap buffer that slides forward: raw scans read large pieces and look at small ones.
 *
 * <p>Confined to one thread. The caller bounds lengths before asking for them.
 */
final class ScanWindow implements AutoCloseable {
    private static final int BYTES = 256 << 10;

    private final Disk.Handle handle;
    private final long size;
    private byte[] buffer = new byte[BYTES];
    private long start;
    private int filled;

    ScanWindow(Disk.Handle handle) throws IOException {
        this.handle = handle;
        this.size = handle.size();
    }

    long size() {
        return size;
    }

    /** Valid until the next call of {@link #at}. */
    byte[] bytes() {
        return buffer;
    }

    /** Index in {@link #bytes} of that many bytes of the file, or -1 when the file ends before. */
    int at(long offset, int length) throws IOException {
        if (offset < 0 || offset + length > size) {
            return -1;
        }
        if (offset < start || offset + length > start + filled) {
            if (length > buffer.length) {
                buffer = new byte[length];
            }
            filled = handle.read(ByteBuffer.wrap(buffer), offset);
            start = offset;
            if (length > filled) {
                return -1;
            }
        }
        return (int) (offset - start);
    }

    /** Offset behind the last byte from here on that is not zero, or {@code from} when there is none. */
    long endOfContent(long from) throws IOException {
        return endOfContent(from, size, Long.MAX_VALUE);
    }

    /** The same of the file as if it ended there, and behind the first run of zeros that is longer than that. */
    long endOfContent(long from, long to, long zerosMax) throws IOException {
        long end = from;
        for (long at = from; at < to && at - end <= zerosMax; ) {
            int length = (int) Math.min(BYTES, to - at);
            int index = at(at, length);
            if (index < 0) {
                break;
            }
            for (int i = length - 1; i >= 0; i--) {
                if (buffer[index + i] != 0) {
                    end = at + i + 1;
                    break;
                }
            }
            at += length;
        }
        return end;
    }

    /** Whether a range that ends at the end of the file at the latest is all zeros. */
    boolean isZero(long from, long to) throws IOException {
        for (long at = from; at < to; ) {
            int length = (int) Math.min(BYTES, to - at);
            int index = at(at, length);
            if (index < 0) {
                return true;
            }
            for (int i = 0; i < length; i++) {
                if (buffer[index + i] != 0) {
                    return false;
                }
            }
            at += length;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}

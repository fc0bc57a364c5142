package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A piece of a body as it goes over the wire in HTTP/1.1: its size in hexadecimal, a line break, the bytes, a line break
 * (RFC 9112, section 7.1).
 *
 * <p>The size is written when the bytes are known, into room that was left for it, so that nothing is copied; a buffer
 * that is shared by many connections is framed once.
 */
final class Chunk {
    private static final int SIZE_DIGITS = 8;
    private static final int HEAD_BYTES = SIZE_DIGITS + 2;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private Chunk() {}

    /** A buffer to append the bytes to. */
    static ByteBuf begin(ByteBufAllocator allocator, int bytesExpected) {
        ByteBuf chunk = allocator.buffer(HEAD_BYTES + bytesExpected + 2);
        return chunk.setIndex(HEAD_BYTES, HEAD_BYTES);
    }

    /** Frames what was appended, which must not be empty: an empty chunk ends a body. */
    static ByteBuf end(ByteBuf chunk) {
        int size = chunk.writerIndex() - HEAD_BYTES;
        if (size == 0) {
            throw new IllegalStateException("a chunk has a byte at least");
        }
        int index = HEAD_BYTES;
        chunk.setByte(--index, '\n').setByte(--index, '\r');
        for (int left = size; left != 0; left >>>= 4) {
            chunk.setByte(--index, HEX[left & 0xf]);
        }
        return chunk.writeByte('\r').writeByte('\n').readerIndex(index);
    }

    /** The bytes alone; takes the chunk's place as the owner of its memory. */
    static ByteBuf payload(ByteBuf chunk) {
        return chunk.setIndex(HEAD_BYTES, chunk.writerIndex() - 2);
    }
}

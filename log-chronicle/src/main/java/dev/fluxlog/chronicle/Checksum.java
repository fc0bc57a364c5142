package dev.fluxlog.chronicle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * CRC32C over a block of heap bytes that carries its own checksum as a little-endian word.
 *
 * <p>Only ever over heap arrays: computed on a mapped file, a missing page would end the JVM instead of throwing.
 */
final class Checksum {
    private static final VarHandle I32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Checksum() {}

    static int of(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** Of a block without the word at {@code from + wordAt}. */
    static int around(byte[] bytes, int from, int length, int wordAt) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, wordAt);
        crc.update(bytes, from + wordAt + 4, length - wordAt - 4);
        return (int) crc.getValue();
    }

    static byte[] sealAt(byte[] bytes, int wordAt) {
        I32.set(bytes, wordAt, around(bytes, 0, bytes.length, wordAt));
        return bytes;
    }

    static boolean matchesAt(byte[] bytes, int wordAt) {
        return (int) I32.get(bytes, wordAt) == around(bytes, 0, bytes.length, wordAt);
    }
}

package dev.fluxlog.benchmarks.http;

import dev.fluxlog.benchmarks.Workload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** A time inside a payload, {@code @@0123@@}, found again in whatever a server makes of it. */
public final class Stamp {
    private static final int DIGITS = 19;

    private Stamp() {}

    /** A JSON text of the workload's size with the time in it. */
    public static byte[] json(Workload workload, long nanos) {
        byte[] json = workload.json();
        byte[] stamp = String.format("@@%0" + DIGITS + "d@@", nanos).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(stamp, 0, json, 6, stamp.length);
        return json;
    }

    /** Finds stamps in the bytes of one connection, however they are cut. */
    static final class Finder {
        /** 0 and 1: that many marks seen; from 2: inside, with that many less two digits. */
        private int state;

        private long value;

        void find(ByteBuffer bytes, LongConsumer found) {
            while (bytes.hasRemaining()) {
                byte b = bytes.get();
                if (state < 2) {
                    state = b == '@' ? state + 1 : 0;
                    value = 0;
                } else if (b >= '0' && b <= '9' && state < 2 + DIGITS) {
                    value = value * 10 + b - '0';
                    state++;
                } else {
                    if (b == '@' && state == 2 + DIGITS) {
                        found.accept(value);
                    }
                    state = 0;
                }
            }
        }
    }
}

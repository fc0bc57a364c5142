package dev.fluxlog.benchmarks.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Finds the end of an answer; fed with what a connection has read. One at a time per connection. */
final class Answer {
    private byte[] bytes = new byte[8 << 10];
    private int length;
    private int bodyFrom;
    private int bodyLength;
    private boolean chunked;

    void add(byte[] more, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, (length + count) * 2);
        }
        System.arraycopy(more, 0, bytes, length, count);
        length += count;
    }

    boolean isComplete() {
        if (bodyFrom == 0 && !findBody()) {
            return false;
        }
        if (chunked) {
            return length >= bodyFrom + 5 && bytes[length - 5] == '0' && bytes[length - 1] == '\n';
        }
        return length >= bodyFrom + bodyLength;
    }

    private boolean findBody() {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
                bodyFrom = i + 1;
                String head = new String(bytes, 0, bodyFrom, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
                int at = head.indexOf("\r\ncontent-length:");
                bodyLength = at < 0
                        ? 0
                        : Integer.parseInt(head.substring(at + 17, head.indexOf('\r', at + 2))
                                .strip());
                chunked = head.contains("\r\ntransfer-encoding: chunked");
                return true;
            }
        }
        return false;
    }

    /** The status code. */
    int status() {
        return (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
    }

    String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    void clear() {
        length = 0;
        bodyFrom = 0;
    }
}

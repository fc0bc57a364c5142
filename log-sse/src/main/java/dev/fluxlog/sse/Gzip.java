package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses an answer that is whole before its first byte goes out. What stays open is never compressed: its bytes would
 * wait for company.
 */
final class Gzip {
    private static final Pattern CODING = Pattern.compile(
            "(?i)\\s*(gzip|x-gzip|\\*)\\s*(?:;\\s*q\\s*=\\s*(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)\\s*)?");

    private Gzip() {}

    /** @param acceptEncoding the header (RFC 9110, section 12.5.3), empty when there is none */
    static boolean isAccepted(String acceptEncoding) {
        boolean accepted = false;
        for (String coding : acceptEncoding.toLowerCase(Locale.ROOT).split(",", 100)) {
            Matcher matcher = CODING.matcher(coding);
            if (matcher.matches()) {
                String quality = matcher.group(2);
                boolean wanted = quality == null || Double.parseDouble(quality) > 0;
                if (!matcher.group(1).equals("*")) {
                    // What is said of gzip itself counts more than what is said of all others.
                    return wanted;
                }
                accepted = wanted;
            }
        }
        return accepted;
    }

    static Consumer<ByteBuf> of(Consumer<ByteBuf> body) {
        return out -> {
            ByteBuf plain = out.alloc().buffer();
            try (OutputStream packed = new Fast(new ByteBufOutputStream(out))) {
                body.accept(plain);
                plain.readBytes(packed, plain.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                plain.release();
            }
        };
    }

    /** JSON shrinks to much the same at every level, and the first takes a third of the time. */
    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out, 8 << 10);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}

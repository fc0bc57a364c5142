package dev.fluxlog.cli;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Reads the body of an answer within a bound, above that of any page: whoever answers need not mean well. */
final class AnswerBody {
    static final int BYTES_MAX = 64 << 20;

    private AnswerBody() {}

    /** The whole body. A length that is declared too large is refused before anything is read. */
    static Mono<String> text(HttpClientResponse response, ByteBufFlux content) {
        String declared = response.responseHeaders().get(HttpHeaderNames.CONTENT_LENGTH, "0");
        if (!declared.matches("[0-9]{1,8}") || Integer.parseInt(declared) > BYTES_MAX) {
            return Mono.error(AnswerBody::tooLarge);
        }
        return content.asByteArray()
                .collect(ByteArrayOutputStream::new, AnswerBody::add)
                .map(bytes -> bytes.toString(StandardCharsets.UTF_8));
    }

    private static void add(ByteArrayOutputStream bytes, byte[] part) {
        if (bytes.size() + part.length > BYTES_MAX) {
            throw tooLarge();
        }
        bytes.writeBytes(part);
    }

    private static Lost tooLarge() {
        return new Lost("The answer is larger than " + BYTES_MAX + " bytes", null);
    }
}

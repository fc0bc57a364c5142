package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Reads request bodies within their bound. */
final class Bodies {
    /** How much of a refused body is passed over, so that its sender lives to read the refusal. */
    private static final long PASSED_OVER_BYTES_MAX = 16 << 20;

    private static final Duration PASSED_OVER_TIME_MAX = Duration.ofSeconds(1);

    private final int bytesMax;
    private final Duration timeMax;
    private final Meters meters;

    Bodies(GatewayOptions options, Meters meters) {
        this.meters = meters;
        this.bytesMax = options.bodyBytesMax();
        this.timeMax = options.requestMax();
    }

    Duration timeMax() {
        return timeMax;
    }

    /** The whole body. A length that is declared too large is refused before anything is read. */
    Mono<byte[]> read(Exchange exchange) {
        String declared = exchange.header(HttpHeaderNames.CONTENT_LENGTH.toString());
        if (!declared.isEmpty() && Query.count("Content-Length", declared) > bytesMax) {
            return Mono.error(Problems.tooLarge("body", bytesMax));
        }
        return exchange.request()
                .receive()
                .collect(() -> new Collector(bytesMax), Collector::add)
                .map(Collector::bytes)
                .doOnNext(body -> meters.received(body.length))
                .timeout(timeMax, Mono.error(() -> Problems.requestTime(timeMax.toSeconds())))
                .onErrorMap(e -> e instanceof ReadTimeoutException, e -> Problems.requestTime(timeMax.toSeconds()));
    }

    /** Passes over what the client is still sending, for a while. */
    static Mono<Void> passOver(HttpServerRequest request) {
        return request.receive()
                .map(ByteBuf::readableBytes)
                .scan(0L, Long::sum)
                .takeUntil(sum -> sum > PASSED_OVER_BYTES_MAX)
                .take(PASSED_OVER_TIME_MAX)
                .then()
                .onErrorComplete();
    }

    /** Keeps the bytes up to the bound, and counts on without keeping any for a while beyond it. */
    private static final class Collector {
        private final int bytesMax;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private long size;

        Collector(int bytesMax) {
            this.bytesMax = bytesMax;
        }

        void add(ByteBuf part) {
            size += part.readableBytes();
            if (size > bytesMax + PASSED_OVER_BYTES_MAX) {
                throw Problems.tooLarge("body", bytesMax);
            }
            if (size > bytesMax) {
                kept.reset();
                return;
            }
            byte[] bytes = new byte[part.readableBytes()];
            part.getBytes(part.readerIndex(), bytes);
            kept.writeBytes(bytes);
        }

        byte[] bytes() {
            if (size > bytesMax) {
                throw Problems.tooLarge("body", bytesMax);
            }
            return kept.toByteArray();
        }
    }
}

package dev.fluxlog.sse;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.access.Right;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An append of any length, line by line, committed in chunks.
 *
 * <p>A chunk is closed at 500 events or 256 KiB, and at the end of the body; each is atomic and acknowledged by a line
 * of the answer. Lines that end with a problem tell how far it came: what was acknowledged stays. The answer is whole
 * only with its last line, which sums up or is a problem.
 */
final class ChunkedAppend {
    private static final int CHUNK_EVENTS_MAX = 500;
    private static final int CHUNK_BYTES = 256 << 10;

    private final EventStream stream;
    private final Duration silenceMax;
    private final NewEvent template;
    private final int lineBytesMax;
    private final int chunkEvents;
    private final int chunkBytes;

    // Owned by the one subscription, whose signals are serial.
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<NewEvent> chunk = new ArrayList<>();
    private long lines;
    private int bytes;
    private long total;
    private long last;

    /** @param silenceMax longest time that the next part of the body is waited for */
    ChunkedAppend(EventStream stream, LogOptions limits, Duration silenceMax, NewEvent template) {
        this.silenceMax = silenceMax;
        this.stream = stream;
        this.template = template;
        this.lineBytesMax = limits.eventBytesMax();
        this.chunkEvents = Math.min(CHUNK_EVENTS_MAX, limits.batchEventsMax());
        this.chunkBytes = Math.min(CHUNK_BYTES, limits.batchBytesMax() / 4);
    }

    Mono<Void> run(Exchange exchange, AppendOptions options) {
        if (!options.idempotencyKey().isEmpty()) {
            throw Problems.invalid("Idempotency-Key", options.idempotencyKey(), "left out with chunked=true");
        }
        Flux<ByteBuf> answer = Waiting.noLonger(
                        exchange.request().receive().asByteArray(),
                        silenceMax,
                        () -> Problems.requestTime(silenceMax.toSeconds()))
                .concatMap(part -> Flux.fromIterable(chunks(part)), 1)
                .concatWith(Flux.defer(() -> Flux.fromIterable(rest())))
                .doOnNext(part -> exchange.pass().require(Right.APPEND, stream.name()))
                .concatMap(part -> part.commit(stream, expecting(options)), 1)
                .map(this::acknowledgement)
                .concatWith(Mono.fromSupplier(this::summary))
                .onErrorResume(failure -> Mono.just(problem(exchange, failure)));
        return exchange.response()
                .status(200)
                .header(HttpHeaderNames.CONTENT_TYPE, Media.NDJSON)
                .send(answer, part -> true)
                .then();
    }

    /** Every chunk goes on where the one before it ended, if the first had an expectation. */
    private AppendOptions expecting(AppendOptions options) {
        boolean expects = options.expected() != ExpectedSequence.any();
        return expects && total > 0 ? options.withExpected(ExpectedSequence.exactly(last)) : options;
    }

    /** What a part of the body completes; a refusal comes behind the chunks before it, which take effect. */
    private List<Chunk> chunks(byte[] part) {
        List<Chunk> full = new ArrayList<>();
        try {
            int from = 0;
            for (int i = 0; i < part.length; i++) {
                if (part[i] == '\n') {
                    line.write(part, from, i - from);
                    from = i + 1;
                    endLine(full);
                }
            }
            line.write(part, from, part.length - from);
            checkLength();
        } catch (Refusal refusal) {
            full.add(new Chunk(List.of(), refusal));
        }
        return full;
    }

    private void endLine(List<Chunk> full) {
        lines++;
        checkLength();
        byte[] text = line.toByteArray();
        line.reset();
        if (!NewEvents.isBlank(text)) {
            chunk.add(NewEvents.line(template, text, lines));
            bytes += text.length;
        }
        if (chunk.size() >= chunkEvents || bytes >= chunkBytes) {
            full.add(new Chunk(List.copyOf(chunk), null));
            chunk.clear();
            bytes = 0;
        }
    }

    private void checkLength() {
        if (line.size() > lineBytesMax) {
            throw Problems.tooLarge("line", lineBytesMax);
        }
    }

    private List<Chunk> rest() {
        List<Chunk> full = new ArrayList<>();
        try {
            endLine(full);
            if (!chunk.isEmpty()) {
                full.add(new Chunk(List.copyOf(chunk), null));
            }
        } catch (Refusal refusal) {
            full.add(new Chunk(List.of(), refusal));
        }
        return full;
    }

    private ByteBuf acknowledgement(AppendResult result) {
        total += result.last() - result.first() + 1;
        last = result.last();
        return text(json -> json.object()
                .name("stream")
                .string(result.stream())
                .name("first")
                .number(result.first())
                .name("last")
                .number(result.last())
                .name("position")
                .number(result.position())
                .end());
    }

    private ByteBuf summary() {
        return text(json -> json.object()
                .name("complete")
                .bool(true)
                .name("events")
                .number(total)
                .end());
    }

    private ByteBuf problem(Exchange exchange, Throwable failure) {
        ByteBuf out = Unpooled.buffer();
        out.writeCharSequence("{\"problem\":", StandardCharsets.US_ASCII);
        exchange.problemOf(failure).writeTo(out, exchange.instance());
        out.writeCharSequence("}\n", StandardCharsets.US_ASCII);
        return out;
    }

    private static ByteBuf text(Consumer<JsonText> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(new JsonText(out));
        out.writeByte('\n');
        return out;
    }

    /** Events to commit together, or the reason why there are none. */
    private record Chunk(List<NewEvent> events, @Nullable Refusal refusal) {
        Mono<AppendResult> commit(EventStream stream, AppendOptions options) {
            return refusal == null ? stream.append(events, options) : Mono.error(refusal);
        }
    }
}

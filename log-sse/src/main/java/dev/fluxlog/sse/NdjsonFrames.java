package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** A line of JSON per event; a line with a {@code gap} or a {@code problem} instead; empty lines are signs of life. */
final class NdjsonFrames implements LiveFrames {
    private final Numbering numbering;
    private final String instance;

    /** @param instance names the exchange in a problem */
    NdjsonFrames(Numbering numbering, String instance) {
        this.numbering = numbering;
        this.instance = instance;
    }

    @Override
    public void opening(ByteBuf out, long retryMillis) {
        out.writeByte('\n');
    }

    @Override
    public void event(ByteBuf out, Event event) {
        EventJson.write(new JsonText(out), event);
        out.writeByte('\n');
    }

    @Override
    public void caughtUp(ByteBuf out, long sequence) {}

    @Override
    public void gap(ByteBuf out, StreamSignal.Gap gap) {
        out.writeCharSequence("{\"gap\":", StandardCharsets.US_ASCII);
        GapJson.write(out, gap, numbering);
        out.writeCharSequence("}\n", StandardCharsets.US_ASCII);
    }

    @Override
    public void ahead(ByteBuf out, LiveItem.Ahead ahead) {}

    @Override
    public void resumePoint(ByteBuf out, long sequence) {}

    @Override
    public void heartbeat(ByteBuf out, long highWaterMark) {
        out.writeByte('\n');
    }

    @Override
    public void sealed(ByteBuf out, long highWaterMark) {}

    @Override
    public void failed(ByteBuf out, Problem problem, long retryMillis) {
        out.writeCharSequence("{\"problem\":", StandardCharsets.US_ASCII);
        problem.writeTo(out, instance);
        out.writeCharSequence("}\n", StandardCharsets.US_ASCII);
    }

    @Override
    public void bye(ByteBuf out, long retryMillis) {}
}

package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;

/** Server-sent events, and how many were written. */
final class CountedFrames implements LiveFrames {
    private final LiveFrames frames = new SseFrames(SseFrames.View.DATA, Numbering.SEQUENCE, "");
    private final AtomicInteger count;

    CountedFrames(AtomicInteger count) {
        this.count = count;
    }

    @Override
    public void event(ByteBuf out, Event event) {
        count.incrementAndGet();
        frames.event(out, event);
    }

    @Override
    public void opening(ByteBuf out, long retryMillis) {
        frames.opening(out, retryMillis);
    }

    @Override
    public void caughtUp(ByteBuf out, long sequence) {
        frames.caughtUp(out, sequence);
    }

    @Override
    public void gap(ByteBuf out, StreamSignal.Gap gap) {
        frames.gap(out, gap);
    }

    @Override
    public void ahead(ByteBuf out, LiveItem.Ahead ahead) {
        frames.ahead(out, ahead);
    }

    @Override
    public void resumePoint(ByteBuf out, long sequence) {
        frames.resumePoint(out, sequence);
    }

    @Override
    public void heartbeat(ByteBuf out, long highWaterMark) {
        frames.heartbeat(out, highWaterMark);
    }

    @Override
    public void sealed(ByteBuf out, long highWaterMark) {
        frames.sealed(out, highWaterMark);
    }

    @Override
    public void failed(ByteBuf out, Problem problem, long retryMillis) {
        frames.failed(out, problem, retryMillis);
    }

    @Override
    public void bye(ByteBuf out, long retryMillis) {
        frames.bye(out, retryMillis);
    }
}

package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;

/** How the things an open stream has to tell are written. Pure: each method appends whole frames, or nothing. */
interface LiveFrames {

    /** What goes out before everything, at once. */
    void opening(ByteBuf out, long retryMillis);

    void event(ByteBuf out, Event event);

    void caughtUp(ByteBuf out, long sequence);

    void gap(ByteBuf out, StreamSignal.Gap gap);

    void ahead(ByteBuf out, LiveItem.Ahead ahead);

    /** The sequence to resume after, where it is not that of the last event sent. */
    void resumePoint(ByteBuf out, long sequence);

    /** A sign of life. */
    void heartbeat(ByteBuf out, long highWaterMark);

    void sealed(ByteBuf out, long highWaterMark);

    void failed(ByteBuf out, Problem problem, long retryMillis);

    /** The server ends the stream; the client is to return after the pause. */
    void bye(ByteBuf out, long retryMillis);
}

package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import reactor.core.Disposable;

/** Where the body of one answer goes. All but {@link #loop} is for the thread of that loop. */
interface Outlet {

    /** Owns the connection. */
    EventExecutor loop();

    ByteBufAllocator allocator();

    /** Whether the peer takes what is written. */
    boolean isOpen();

    /** Runs the action each time when it takes something again, until disposed of. */
    Disposable onOpen(Runnable action);

    /** Writes one {@link Chunk} and releases it. */
    void write(ByteBuf chunk);

    void flush();
}

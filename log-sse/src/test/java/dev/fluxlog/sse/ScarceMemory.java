package dev.fluxlog.sse;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicBoolean;

/** Has no memory once, whenever it is told so. */
final class ScarceMemory extends AbstractByteBufAllocator {
    private final AtomicBoolean none;

    ScarceMemory(AtomicBoolean none) {
        this.none = none;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        if (none.getAndSet(false)) {
            throw new OutOfMemoryError("a test");
        }
        return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return newHeapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}

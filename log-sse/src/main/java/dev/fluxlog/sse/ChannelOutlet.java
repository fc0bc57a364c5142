package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Writes to a connection.
 *
 * <p>A chunked body of HTTP/1.1 is written below the codec, because its pieces are framed already: the codec would make
 * three buffers of each. Anything else (HTTP/1.0, a stream of HTTP/2) takes the way of all answers.
 */
final class ChannelOutlet implements Outlet {
    private final Channel channel;
    private final @Nullable ChannelHandlerContext codec;

    /** @param chunked whether the head of the answer said so */
    ChannelOutlet(Channel channel, boolean chunked) {
        this.channel = channel;
        this.codec = chunked ? channel.pipeline().context(HttpServerCodec.class) : null;
    }

    @Override
    public EventExecutor loop() {
        return channel.eventLoop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    @Override
    public boolean isOpen() {
        return channel.isWritable();
    }

    @Override
    public Disposable onOpen(Runnable action) {
        forgetUpgrade();
        WritabilityWatch watch = new WritabilityWatch(action);
        channel.pipeline().addFirst(watch);
        return () -> {
            if (channel.pipeline().context(watch) != null) {
                channel.pipeline().remove(watch);
            }
        };
    }

    /** What a connection keeps for a change to HTTP/2 takes several kilobytes, and an endless answer is no time for it. */
    private void forgetUpgrade() {
        ChannelHandlerContext upgrade = channel.pipeline().context(HttpServerUpgradeHandler.class);
        if (upgrade != null) {
            channel.pipeline().remove(upgrade.handler());
        }
    }

    @Override
    public void write(ByteBuf chunk) {
        ChannelHandlerContext below = codec;
        if (below != null) {
            below.write(chunk);
        } else {
            channel.write(new DefaultHttpContent(Chunk.payload(chunk)));
        }
    }

    @Override
    public void flush() {
        ChannelHandlerContext below = codec;
        if (below != null) {
            below.flush();
        } else {
            channel.flush();
        }
    }

    private static final class WritabilityWatch extends ChannelInboundHandlerAdapter {
        private final Runnable action;

        WritabilityWatch(Runnable action) {
            this.action = action;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                action.run();
            }
            context.fireChannelWritabilityChanged();
        }
    }
}

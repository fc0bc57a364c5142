package dev.fluxlog.sse;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.AttributeKey;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection from its event loop: closes it when its peer takes nothing of what waits for it, does not
 * finish the head of a request, or sends no request at all for too long.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<ConnectionGuard> KEY = AttributeKey.valueOf(ConnectionGuard.class, "guard");

    private final Channel channel;
    private final GatewayOptions options;
    private final boolean surplus;
    private final long tickNanos;

    // Owned by the event loop.
    private boolean busy;
    private boolean headBegun;
    private boolean finishing;
    private long quietSince = System.nanoTime();
    private long takenSince = System.nanoTime();
    private long pending;
    private long progress;
    private @Nullable Future<?> tick;
    private @Nullable ChannelHandlerContext context;

    /** @param surplus whether this is a connection above the bound, which gets one answer */
    ConnectionGuard(Channel channel, GatewayOptions options, boolean surplus) {
        this.channel = channel;
        this.options = options;
        this.surplus = surplus;
        long shortest = Math.min(
                options.stallMax().toNanos(),
                Math.min(options.requestMax().toNanos(), options.idleMax().toNanos()));
        this.tickNanos = Math.max(1_000_000, shortest / 8);
        channel.attr(KEY).set(this);
    }

    /** That of the connection which carries a request. */
    static ConnectionGuard of(Channel channel) {
        ConnectionGuard own = channel.attr(KEY).get();
        return own != null ? own : channel.parent().attr(KEY).get();
    }

    boolean surplus() {
        return surplus;
    }

    /** A request is being answered. */
    void begin() {
        onLoop(() -> busy = true);
    }

    /** It has been answered. */
    void end() {
        onLoop(() -> {
            busy = false;
            headBegun = false;
            quietSince = System.nanoTime();
            closeIfDue();
        });
    }

    /** Closes the connection, behind the answer that may be under way. */
    void finish() {
        onLoop(() -> {
            finishing = true;
            closeIfDue();
        });
    }

    private void closeIfDue() {
        ChannelHandlerContext own = context;
        if (finishing && !busy && own != null) {
            // From here it passes by whoever might answer for it before what was written earlier has gone out.
            own.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        tick = channel.eventLoop().scheduleAtFixedRate(this::check, tickNanos, tickNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Future<?> running = tick;
        if (running != null) {
            running.cancel(false);
        }
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!busy && !headBegun) {
            headBegun = true;
            quietSince = System.nanoTime();
        }
        context.fireChannelRead(message);
    }

    private void check() {
        long now = System.nanoTime();
        long quietMax = (headBegun ? options.requestMax() : options.idleMax()).toNanos();
        boolean quiet = !busy && now - quietSince > quietMax;
        if (quiet || hasStalled(now)) {
            channel.close();
        }
    }

    private boolean hasStalled(long now) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        long bytes = waiting == null ? 0 : waiting.totalPendingWriteBytes();
        long taken = waiting == null ? 0 : waiting.currentProgress();
        if (bytes == 0 || bytes != pending || taken != progress) {
            takenSince = now;
        }
        pending = bytes;
        progress = taken;
        return now - takenSince > options.stallMax().toNanos();
    }

    private void onLoop(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else if (!channel.eventLoop().isShuttingDown()) {
            channel.eventLoop().execute(action);
        }
    }
}

package dev.fluxlog.sse;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Watches one connection from its event loop: closes it when its peer takes nothing of what waits for it, does not
 * finish the head of a request, or sends no request at all for too long.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<ConnectionGuard> KEY = AttributeKey.valueOf(ConnectionGuard.class, "guard");

    private final Channel channel;
    private final GatewayOptions options;
    private final Peer peer;
    private final @Nullable Problem refusal;
    private final long tickNanos;

    // Owned by the event loop.
    private int busy;
    private final Map<Channel, Stall> streams = new HashMap<>();
    private boolean headBegun;
    private boolean finishing;
    private boolean watchesDecoder;
    private long quietSince = System.nanoTime();
    private long takenSince = System.nanoTime();
    private long pending;
    private long progress;
    private @Nullable Future<?> tick;
    private @Nullable ChannelHandlerContext context;

    /** @param refusal of a connection above a bound, which gets this one answer; null for any other */
    ConnectionGuard(Channel channel, GatewayOptions options, Peer peer, @Nullable Problem refusal) {
        this.channel = channel;
        this.options = options;
        this.peer = peer;
        this.refusal = refusal;
        this.finishing = refusal != null;
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

    /** Why there is no place for this connection; null when there is. */
    @Nullable
    Problem refusal() {
        return refusal;
    }

    Peer peer() {
        return peer;
    }

    /**
     * A request is being answered.
     *
     * @param carrier what carries it: the connection itself, or one of its HTTP/2 streams
     */
    void begin(Channel carrier) {
        onLoop(() -> {
            busy++;
            if (carrier != channel) {
                streams.put(carrier, new Stall());
            }
        });
    }

    /** On the event loop: whether a request is being answered. */
    boolean isBusy() {
        return busy > 0;
    }

    /** It has been answered. */
    void end(Channel carrier) {
        onLoop(() -> {
            busy--;
            streams.remove(carrier);
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
        if (!finishing || busy > 0 || own == null) {
            return;
        }
        if (channel.pipeline().get(SslHandler.class) != null
                || channel.pipeline().get(Http2ConnectionHandler.class) != null) {
            // These say goodbye first.
            channel.close();
        } else {
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
        if (!watchesDecoder && channel.pipeline().context(NettyPipeline.HttpTrafficHandler) != null) {
            // With TLS it is there only now.
            watchesDecoder = true;
            ChannelHandlerContext upgrade = channel.pipeline().context(HttpServerUpgradeHandler.class);
            channel.pipeline()
                    .addBefore(
                            upgrade == null ? NettyPipeline.HttpTrafficHandler : upgrade.name(),
                            "broken-requests",
                            new BrokenRequests(options, this));
        }
        if (busy == 0 && !headBegun) {
            headBegun = true;
            quietSince = System.nanoTime();
        }
        context.fireChannelRead(message);
    }

    private void check() {
        long now = System.nanoTime();
        long quietMax = (headBegun || refusal != null ? options.requestMax() : options.idleMax()).toNanos();
        boolean quiet = busy == 0 && now - quietSince > quietMax;
        if (quiet || hasStalled(now)) {
            channel.close();
        }
        List<Channel> stalled = new ArrayList<>(0);
        streams.forEach((stream, stall) -> {
            if (stall.lasts(stream, now, options.stallMax().toNanos())) {
                stalled.add(stream);
            }
        });
        stalled.forEach(Channel::close);
    }

    /** How long the window of one HTTP/2 stream has been shut. What others on the connection take says nothing of it. */
    private static final class Stall {
        private long since = System.nanoTime();
        private long lacking;

        boolean lasts(Channel stream, long now, long nanosMax) {
            long lacks = stream.isWritable() ? 0 : stream.bytesBeforeWritable();
            if (lacks == 0 || lacks != lacking) {
                since = now;
            }
            lacking = lacks;
            return now - since > nanosMax;
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

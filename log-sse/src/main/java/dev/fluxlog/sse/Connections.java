package dev.fluxlog.sse;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;

/**
 * All connections of a gateway, and their bounds, of all together and of each address.
 *
 * <p>One above a bound is accepted, told so and closed, and takes the place of none that is within; {@value #SURPLUS_MAX}
 * of these may be there at a time, further ones are closed without a word.
 */
final class Connections {
    private static final int SURPLUS_MAX = 256;

    /** By its name, since only the transport for Linux knows it; any other passes over it. */
    private static final ChannelOption<Integer> USER_TIMEOUT =
            ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_USER_TIMEOUT");

    private final GatewayOptions options;
    private final ChannelGroup open = new DefaultChannelGroup("fluxlog-http", GlobalEventExecutor.INSTANCE);
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger surplus = new AtomicInteger();
    private final ConcurrentMap<Peer, Integer> perPeer = new ConcurrentHashMap<>();

    Connections(GatewayOptions options) {
        this.options = options;
    }

    /** Called on the event loop of each new connection. */
    void accept(Channel channel) {
        count.incrementAndGet();
        channel.closeFuture().addListener(closed -> count.decrementAndGet());
        Peer peer = Peer.of(channel.remoteAddress());
        Problem refusal = admit(peer);
        if (refusal == null) {
            channel.closeFuture().addListener(closed -> leave(peer));
        } else if (surplus.incrementAndGet() <= SURPLUS_MAX) {
            channel.closeFuture().addListener(closed -> surplus.decrementAndGet());
        } else {
            surplus.decrementAndGet();
            channel.close();
            return;
        }
        open.add(channel);
        // A peer that is gone without a word is noticed by what it does not acknowledge.
        channel.config().setOption(USER_TIMEOUT, (int)
                Math.min(Integer.MAX_VALUE, options.stallMax().toMillis()));
        channel.pipeline().addFirst(new ConnectionGuard(channel, options, peer, refusal));
    }

    /** Takes a place for a connection, or tells which bound leaves none. */
    private @Nullable Problem admit(Peer peer) {
        if (admitted.incrementAndGet() > options.connectionsMax()) {
            admitted.decrementAndGet();
            return Problems.connections("connectionsMax", options.connectionsMax());
        }
        if (perPeer.merge(peer, 1, Integer::sum) > options.connectionsPerAddressMax()) {
            leave(peer);
            return Problems.connections("connectionsPerAddressMax", options.connectionsPerAddressMax());
        }
        return null;
    }

    private void leave(Peer peer) {
        perPeer.computeIfPresent(peer, (same, now) -> now == 1 ? null : now - 1);
        admitted.decrementAndGet();
    }

    int count() {
        return count.get();
    }

    /**
     * Closes what is idle, waits for the rest as long as it may take, then cuts it. To be called when nothing is
     * accepted any more.
     *
     * @param loops those of the connections; what was accepted last may still have to get to its loop, and nobody would
     *     close it if the loop ended first
     */
    Mono<Void> drain(EventExecutorGroup loops, Duration most) {
        return Flux.fromIterable(loops)
                .concatMap(loop -> Mono.<Void>create(sink -> loop.execute(sink::success)))
                .then(drain(most));
    }

    private Mono<Void> drain(Duration most) {
        return Mono.defer(() -> {
            open.forEach(channel -> ConnectionGuard.of(channel).finish());
            return FutureMono.from(open.newCloseFuture())
                    .timeout(most, Mono.defer(() -> FutureMono.from(open.close())))
                    .onErrorComplete();
        });
    }
}

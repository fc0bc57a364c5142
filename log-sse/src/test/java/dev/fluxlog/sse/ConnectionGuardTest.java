package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Proves("LIM-3")
class ConnectionGuardTest {
    private final SlowPeer channel = new SlowPeer();
    private final ConnectionGuard guard = new ConnectionGuard(
            channel, GatewayOptions.defaults().withStallMax(Duration.ofMillis(60)), Peer.of(null), null);

    @AfterEach
    void end() {
        channel.takes = true;
        channel.finishAndReleaseAll();
    }

    @Test
    @Proves("SUB-7")
    void aPeerThatTakesNothingIsClosed() {
        open();
        channel.writeAndFlush(Unpooled.buffer().writeZero(10));

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            channel.runScheduledPendingTasks();
            return !channel.isOpen();
        });
    }

    @Test
    void aPeerThatTakesALittleNowAndThenIsNot() {
        open();
        channel.writeAndFlush(Unpooled.buffer().writeZero(1_000));

        await().during(Duration.ofMillis(400)).atMost(Duration.ofSeconds(60)).until(() -> {
            channel.unsafe().outboundBuffer().progress(1);
            channel.runScheduledPendingTasks();
            return channel.isOpen();
        });
    }

    @Test
    void aPeerForWhomNothingWaitsIsNot() {
        open();

        await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(60)).until(() -> {
            channel.runScheduledPendingTasks();
            return channel.isOpen();
        });
        assertThat(ConnectionGuard.of(channel)).isSameAs(guard);
    }

    private void open() {
        channel.pipeline().addFirst(guard);
        guard.begin(channel);
    }

    /** A peer that takes what it is sent when it is told to. */
    private static final class SlowPeer extends EmbeddedChannel {
        private boolean takes;

        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) throws Exception {
            if (takes) {
                super.doWrite(waiting);
            }
        }
    }
}

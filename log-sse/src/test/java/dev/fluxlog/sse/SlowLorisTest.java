package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.StreamsQuery;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that send their requests byte by byte, so that none of them is ever silent for long. */
class SlowLorisTest extends Served {
    private static final int CLIENTS = 1_000;
    private static final String HEAD = "GET /streams/a HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    private static final String BODY = "POST /streams/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n";

    private final List<Dribbler> clients = new ArrayList<>();

    @Override
    GatewayOptions options() {
        return super.options().withRequestMax(Duration.ofSeconds(2));
    }

    @AfterEach
    void leave() throws IOException {
        for (Dribbler client : clients) {
            client.channel.close();
        }
    }

    @Test
    @Proves("LIM-11")
    void eachIsClosedWhenItsTimeIsOverAndMeanwhileOthersAreServed() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Dribbler(
                    switch (i % 3) {
                        case 0 -> HEAD;
                        case 1 -> BODY + "Content-Length: 1000000\r\n\r\n";
                        default -> BODY + "Transfer-Encoding: chunked\r\n\r\nf4240\r\n";
                    }));
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int served = 0;
        while (clients.stream().anyMatch(client -> !client.ended) && System.nanoTime() < deadline) {
            for (Dribbler client : clients) {
                client.dribble();
            }
            assertThat(send("POST /streams/other", "text/plain", "quick").status())
                    .isEqualTo(201);
            served++;
        }

        assertThat(clients).allMatch(client -> client.ended);
        assertThat(served).isPositive();
        assertThat(now(stream("other").info()).highWaterMark()).isEqualTo(served);
        assertThat(now(log.streams(StreamsQuery.all()).collectList()))
                .as("streams that somebody slow has made")
                .hasSize(1);
    }

    /** One byte at a time, and reads what comes back. */
    private final class Dribbler {
        private final ByteBuffer input = ByteBuffer.allocate(2_000);
        private final SocketChannel channel = SocketChannel.open(gateway.address());
        private boolean ended;

        Dribbler(String begin) throws IOException {
            channel.write(StandardCharsets.US_ASCII.encode(begin));
            channel.configureBlocking(false);
        }

        void dribble() {
            if (ended) {
                return;
            }
            try {
                channel.write(ByteBuffer.wrap(new byte[] {'x'}));
                ended = channel.read(input) < 0;
            } catch (IOException closed) {
                ended = true;
            }
        }
    }
}

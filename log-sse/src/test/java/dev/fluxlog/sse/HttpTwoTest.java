package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** HTTP/2 without TLS, by hand (RFC 9113): what a peer may do to a connection. */
class HttpTwoTest extends Served {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int WINDOW = 8;
    private static final int END_OF_STREAM_AND_HEADERS = 5;

    @Override
    GatewayOptions options() {
        return super.options().withRequestsPerConnectionMax(10).withStallMax(Duration.ofSeconds(1));
    }

    @Test
    void aClientThatKnowsSpeaksItFromTheStart() {
        HttpClientResponse response = now(HttpClient.newConnection()
                .protocol(HttpProtocol.H2C)
                .baseUrl("http://127.0.0.1:" + gateway.address().getPort())
                .get()
                .uri("/healthz")
                .response());

        assertThat(response.version().text()).isEqualTo("HTTP/2.0");
        assertThat(response.status().code()).isEqualTo(200);
    }

    @Test
    void anOfferToUpgradeIsPassedOver() throws Exception {
        java.net.http.HttpResponse<String> answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + gateway.address().getPort() + "/streams/a"))
                                .header("Content-Type", "text/plain")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("x".repeat(200_000)))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_1_1);
        assertThat(send("POST /streams/a", "text/plain", "x", "Upgrade: websocket", "Connection: Upgrade")
                        .status())
                .isEqualTo(201);
    }

    @Test
    @Proves("LIM-2")
    void anAddressThatIsTooLongIsRefusedHereToo() {
        HttpClient client = HttpClient.newConnection()
                .protocol(HttpProtocol.H2C)
                .baseUrl("http://127.0.0.1:" + gateway.address().getPort());

        assertThat(now(client.get().uri("/streams/" + "x".repeat(9_000)).response())
                        .status()
                        .code())
                .isEqualTo(414);
    }

    @Test
    @Proves({"SUB-7", "LIM-3"})
    void aStreamWhoseWindowStaysShutIsEndedAndItsNeighbourIsNot() throws IOException {
        byte[] large = new byte[50_000];
        for (int i = 0; i < 4; i++) {
            now(stream("loud").append(NewEvent.of(large)));
        }
        append("quiet", "1");
        try (Socket socket = opened()) {
            send(socket, HEADERS, END_OF_STREAM_AND_HEADERS, 1, get("/streams/loud?follow=true"));
            send(socket, HEADERS, END_OF_STREAM_AND_HEADERS, 3, get("/streams/quiet?follow=true"));
            // More for the connection, and nothing for either of its streams.
            send(socket, WINDOW, 0, 0, new byte[] {0, 16, 0, 0});

            DataInputStream in = new DataInputStream(socket.getInputStream());
            Frame frame = Frame.read(in);
            while (frame.type != RESET && frame.type != GOAWAY) {
                frame = Frame.read(in);
            }
            assertThat(frame).isEqualTo(new Frame(RESET, 1));
        }
    }

    @Test
    void moreRequestsThanAreAllowedAtOnceAreRefused() throws IOException {
        append("a", "1");
        try (Socket socket = opened()) {
            for (int i = 0; i < 12; i++) {
                send(socket, HEADERS, END_OF_STREAM_AND_HEADERS, 2 * i + 1, get("/streams/a?follow=true"));
            }

            Set<Integer> refused = new TreeSet<>();
            Set<Integer> answered = new TreeSet<>();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (refused.size() + answered.size() < 12) {
                Frame frame = Frame.read(in);
                if (frame.type == RESET || frame.type == GOAWAY) {
                    refused.add(frame.stream);
                } else if (frame.type == HEADERS) {
                    answered.add(frame.stream);
                }
            }
            assertThat(answered).hasSize(10);
            assertThat(refused).containsExactly(21, 23);
        }
    }

    @Test
    @Proves("LIM-3")
    void requestsThatAreTakenBackAsSoonAsTheyAreSentEndTheConnection() throws IOException {
        append("a", "1");
        try (Socket socket = opened()) {
            try {
                for (int i = 0; i < 1_000; i++) {
                    send(socket, HEADERS, END_OF_STREAM_AND_HEADERS, 2 * i + 1, get("/streams/a?follow=true"));
                    send(socket, RESET, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
                }
            } catch (IOException cutAlready) {
                assertThat(cutAlready).isNotNull();
            }
            await().atMost(PATIENCE).until(() -> gateway.connections() == 0);
        }
        assertThat(ask("GET /healthz").status()).isEqualTo(200);
    }

    private Socket opened() throws IOException {
        Socket socket =
                new Socket(gateway.address().getAddress(), gateway.address().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(socket, SETTINGS, 0, 0, new byte[0]);
        send(socket, SETTINGS, 1, 0, new byte[0]);
        return socket;
    }

    /** A request in HPACK (RFC 7541): entries of the static table, and literals. */
    private static byte[] get(String path) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x82);
        block.write(0x86);
        literal(block, 4, path);
        literal(block, 1, "localhost");
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) throws IOException {
        block.write(name);
        block.write(value.length());
        block.write(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void send(Socket socket, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >> shift);
        }
        frame.write(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    private record Frame(int type, int stream) {
        static Frame read(DataInputStream in) throws IOException {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            int stream = in.readInt();
            in.readNBytes(length);
            return new Frame(type, stream);
        }
    }
}

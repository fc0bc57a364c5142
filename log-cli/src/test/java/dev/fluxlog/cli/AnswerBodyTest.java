package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that answer more than anybody could want. */
@Timeout(180)
class AnswerBodyTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    @Test
    @Proves("LIM-2")
    void aLengthThatIsDeclaredTooLargeIsRefusedBeforeAnythingIsRead() throws Exception {
        assertRefused(out -> out.write(ascii(HEAD + "Content-Length: 2147483648\r\n\r\n")));
        assertRefused(out -> out.write(ascii(HEAD + "Content-Length: 67108865\r\n\r\n")));
    }

    @Test
    @Proves("LIM-2")
    void aBodyWithoutEndIsReadUpToTheBound() throws Exception {
        byte[] chunk = ascii("100000\r\n" + "x".repeat(1 << 20) + "\r\n");
        assertRefused(out -> {
            out.write(ascii(HEAD + "Transfer-Encoding: chunked\r\n\r\n"));
            for (int i = 0; i < 65; i++) {
                out.write(chunk);
            }
        });
    }

    private interface Answer {
        void writeTo(OutputStream out) throws IOException;
    }

    private static void assertRefused(Answer answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> serve(server, answer), "answering");
            answering.start();
            LogAccess access = new RemoteAccess("http://127.0.0.1:" + server.getLocalPort(), "");
            assertThatThrownBy(() -> access.streams("").collectList().block(Duration.ofMinutes(2)))
                    .isInstanceOf(Lost.class)
                    .hasMessageContaining("larger than 67108864 bytes");
            access.close().block(Duration.ofMinutes(1));
            answering.join();
        }
    }

    private static void serve(ServerSocket server, Answer answer) {
        try (Socket client = server.accept()) {
            answer.writeTo(client.getOutputStream());
            while (client.getInputStream().read() >= 0) {
                continue;
            }
        } catch (SocketException expected) {
            // The client has left, as it should.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

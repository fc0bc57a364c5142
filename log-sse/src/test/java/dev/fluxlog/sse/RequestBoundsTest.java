package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are too large, and what is no request at all. */
class RequestBoundsTest extends Served {
    @Override
    GatewayOptions options() {
        return super.options().withBodyBytesMax(100_000);
    }

    @BeforeEach
    void fill() {
        append("a", "1", "2", "3");
    }

    @Test
    @Proves("LIM-2")
    void aBodyDeclaredTooLargeIsRefusedBeforeItIsSent() {
        Wire wire = connect()
                .raw("POST /streams/a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 2147483648\r\n\r\n");

        Answer answer = wire.answer();

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).contains("/problems/too-large").contains("\"limit\":100000");
        assertThat(wire.isClosedByPeer()).isTrue();
    }

    @Test
    @Proves("LIM-2")
    void aChunkedBodyIsRefusedWhenItHasBecomeTooLarge() {
        Wire wire = connect()
                .raw("POST /streams/a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n");
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        for (int i = 0; i < 20; i++) {
            wire.raw(chunk);
        }

        Answer answer = wire.raw("0\r\n\r\n").answer();

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).contains("/problems/too-large");
    }

    @Test
    @Proves("LIM-2")
    void aLineOrHeadersThatAreTooLongAreRefused() {
        Answer line = ask("GET /streams/" + "x".repeat(9_000));
        assertThat(line.status()).isEqualTo(414);
        assertThat(line.body()).contains("/problems/address-too-long", "\"limit\":8192");
        Answer headers = ask("GET /streams/a", "X-Long: " + "x".repeat(33_000));
        assertThat(headers.status()).isEqualTo(431);
        assertThat(headers.body()).contains("/problems/headers-too-large", "\"limit\":32768");
    }

    @Test
    @Proves("LIM-2")
    void aLineAndHeadersOfExactlyTheBoundAreTaken() {
        String head = "GET /streams/a?x=";
        String line = head + "x".repeat(8_192 - head.length() - " HTTP/1.1".length());
        assertThat(ask(line).status()).isEqualTo(200);
        assertThat(ask(line + "x").status()).isEqualTo(414);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/9.x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n: no name\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nbad name: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n",
                "POST /streams/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "POST /streams/a HTTP/1.1\r\nHost: x\r\nContent-Length: one\r\n\r\nx"
            })
    @Proves({"SUB-26", "SEC-5"})
    void whatIsNoHttpIsAProblemAndTheEndOfTheConnection(String text) {
        Wire wire = connect().raw(text);

        Answer answer = wire.answer();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("/problems/invalid-request").doesNotContain("Exception", "netty");
        assertThat(wire.isClosedByPeer()).isTrue();
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() {
        byte[] request = ("POST /streams/a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nEvent-Key: \u00ff\r\n"
                        + "Content-Length: 1\r\n\r\nx")
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(connect().raw(request).answer().body()).contains("Event-Key is UTF-8");
    }

    @Test
    void aHeadOfAnUnknownStreamIsNotFound() {
        assertThat(connect().send("HEAD /streams/none", "").head().status()).isEqualTo(404);
    }
}

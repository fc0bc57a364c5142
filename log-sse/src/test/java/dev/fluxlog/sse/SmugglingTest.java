package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies whose end two readers could see in different places: nothing of them is taken, and nothing behind them heard. */
class SmugglingTest extends Served {
    private static final String BEHIND = "0\r\n\r\nPOST /streams/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 5",
                "Content-Length: +5",
                "Transfer-Encoding: chunked, gzip",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: ",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding:\r\n chunked"
            })
    void aBodyWithTwoEndsIsRefusedAndEndsTheConnection(String framing) {
        Wire wire = connect().raw("POST /streams/a HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n" + BEHIND);

        Answer answer = wire.answer();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(wire.isClosedByPeer()).isTrue();
        assertThat(ask("GET /streams/a").status()).isEqualTo(404);
        assertThat(ask("GET /streams/b").status()).isEqualTo(404);
    }
}

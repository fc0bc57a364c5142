package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Proves("SUB-25")
class CorsTest extends Served {
    private static final String OURS = "Origin: https://app.example";

    @Override
    GatewayOptions options() {
        return super.options().withCorsOrigins(Set.of("https://app.example", "http://localhost:5173"));
    }

    @BeforeEach
    void fill() {
        append("a", "1");
    }

    @Test
    void aListedOriginMaySendAndSeeWhatTheProtocolNeeds() {
        Answer asked = ask(
                "OPTIONS /streams/a",
                OURS,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type,event-header-Trace,event-header-<x>");

        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        assertThat(asked.header("Access-Control-Allow-Credentials")).isEmpty();
        assertThat(asked.header("Access-Control-Allow-Methods")).contains("POST", "PATCH", "DELETE");
        assertThat(asked.header("Access-Control-Allow-Headers"))
                .contains(
                        "Authorization",
                        "Last-Event-ID",
                        "If-Match",
                        "If-None-Match",
                        "Idempotency-Key",
                        "Expected-Sequence",
                        "event-header-Trace")
                .doesNotContain("<");
        assertThat(asked.header("Vary")).contains("Origin");

        Answer read = ask("GET /streams/a", OURS);
        assertThat(read.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        for (String name : read.headers().keySet()) {
            boolean own = name.startsWith("stream-") || name.endsWith("-mark") || name.equals("etag");
            if (own) {
                assertThat(read.header("Access-Control-Expose-Headers").toLowerCase(Locale.ROOT))
                        .contains(name);
            }
        }
        assertThat(send("POST /streams/a", "application/json", "2", OURS).status())
                .isEqualTo(201);
    }

    @Test
    void anEventSourceOfAListedOriginResumesWithoutAskingFirst() {
        Wire wire = connect().send("GET /streams/a?lastEventId=0", "", OURS, "Accept: text/event-stream");

        Answer head = wire.head();

        assertThat(head.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        assertThat(wire.until("id: 1\n")).contains("\"sequence\":1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example", "https://app.example.evil", "null", "http://app.example", "garbage"})
    void anyOtherOriginSeesNoSuchHeaderAndChangesNothing(String origin) {
        for (String head : new String[] {"OPTIONS /streams/a", "OPTIONS /v1/stream/a", "GET /streams/a"}) {
            Answer answer = ask(head, "Origin: " + origin, "Access-Control-Request-Method: POST");
            assertThat(answer.headers().keySet()).as(head).noneMatch(name -> name.startsWith("access-control"));
        }
        assertThat(send("POST /streams/a", "text/plain", "2", "Origin: " + origin)
                        .status())
                .isEqualTo(403);
        assertThat(now(log.stream("a").info()).highWaterMark()).isEqualTo(1);
    }

    @Test
    void aProblemIsSeenByAListedOriginToo() {
        assertThat(ask("GET /streams/none", OURS).header("Access-Control-Allow-Origin"))
                .isEqualTo("https://app.example");
    }
}

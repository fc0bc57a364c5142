package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import org.junit.jupiter.api.Test;

class StreamsTest extends Served {

    @Test
    void creatingIsRepeatableWithTheSameSettingsOnly() {
        String settings = "{\"contentType\":\"application/json\",\"retention\":{\"maxAge\":\"P7D\",\"maxEvents\":10}}";

        Answer created = send("PUT /streams/a%20b", "application/json", settings);

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/streams/a%20b");
        assertThat(created.body())
                .isEqualTo(
                        "{\"stream\":\"a b\",\"lowWaterMark\":1,\"highWaterMark\":0,\"events\":0,\"sealed\":false,"
                                + "\"contentType\":\"application/json\",\"retention\":{\"maxAge\":\"PT168H\",\"maxEvents\":10}}");
        assertThat(send("PUT /streams/a%20b", "application/json", settings).status())
                .isEqualTo(200);
        assertThat(ask("PUT /streams/a%20b").status()).isEqualTo(200);
        assertThat(send("PUT /streams/a%20b", "application/json", "{}").status())
                .isEqualTo(409);
    }

    @Test
    @Proves("SUB-31")
    void theHeadOfAStreamTellsItsMarks() {
        append("a", "1", "2");
        now(stream("a").trim(1));

        Answer head = connect().send("HEAD /streams/a", "").head();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Low-Water-Mark")).isEqualTo("2");
        assertThat(head.header("High-Water-Mark")).isEqualTo("2");
        assertThat(head.header("Stream-Sealed")).isEqualTo("false");
        assertThat(head.header("ETag")).isEqualTo("\"2\"");
    }

    @Test
    void aMergePatchTrimsSealsAndChangesSettings() {
        append("a", "1", "2", "3");

        Answer trimmed = patch("{\"lowWaterMark\":3}");
        assertThat(trimmed.body()).contains("\"lowWaterMark\":3,\"highWaterMark\":3");
        assertThat(patch("{\"lowWaterMark\":2}").body()).contains("\"lowWaterMark\":3");
        assertThat(patch("{\"retention\":{\"maxEvents\":5},\"contentType\":\"text/plain\"}")
                        .body())
                .contains("\"maxEvents\":5")
                .contains("text/plain");
        assertThat(patch("{\"retention\":{\"maxBytes\":9}}").body()).contains("\"maxEvents\":5,\"maxBytes\":9");
        assertThat(patch("{\"retention\":null,\"contentType\":null}").body())
                .contains("\"contentType\":\"\",\"retention\":{}");
        assertThat(patch("{\"sealed\":true}").body()).contains("\"sealed\":true");
        assertThat(patch("{\"sealed\":true}").status()).isEqualTo(200);
        assertThat(connect().send("HEAD /streams/a", "").head().header("Stream-Sealed"))
                .isEqualTo("true");
    }

    @Test
    void aDeletedNameGoesOnAboveItsOldMark() {
        append("a", "1", "2");

        assertThat(ask("DELETE /streams/a", "If-Match: \"2\"").status()).isEqualTo(204);
        assertThat(ask("GET /streams/a").status()).isEqualTo(404);
        assertThat(send("POST /streams/a", "application/json", "3").body()).contains("\"first\":3");
    }

    @Test
    void theCatalogIsReadPageByPage() {
        append("b/1", "1");
        append("b/2", "1");
        append("b/3", "1");
        append("c", "1");
        now(stream("b/1").trim(1));

        Answer first = ask("GET /streams?prefix=b/&limit=2");

        assertThat(first.body())
                .contains("\"b/1\"", "\"b/2\"", "\"next\":\"b/2\"")
                .doesNotContain("\"b/3\"");
        assertThat(first.header("Link")).isEqualTo("</streams?prefix=b/&after=b/2&limit=2>; rel=\"next\"");
        assertThat(ask("GET /streams?prefix=b/&after=b/2&limit=2").body())
                .contains("\"b/3\"", "\"next\":null")
                .doesNotContain("\"c\"");
    }

    @Test
    @Proves("OWN-11")
    void healthReadinessAndStatusTellHowTheLogIs() {
        append("a", "1");

        assertThat(ask("GET /healthz").body()).isEqualTo("{\"state\":\"serving\"}");
        assertThat(ask("GET /readyz").status()).isEqualTo(200);
        assertThat(ask("GET /status").body())
                .contains("\"state\":\"serving\"", "\"durability\":\"memory\"", "\"position\":1", "\"streams\":1");
        log.close().block(PATIENCE);
        assertThat(ask("GET /healthz").status()).isEqualTo(503);
        assertThat(send("POST /streams/a", "application/json", "1").status()).isEqualTo(503);
    }

    @Test
    void theConsolePageNeedsNothingFromElsewhere() {
        Answer page = ask("GET /");

        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(page.body()).doesNotContain("http:", "https:", "//");
        assertThat(ask("GET /console.js").header("Content-Type")).startsWith("text/javascript");
        assertThat(ask("GET /console.css").status()).isEqualTo(200);
        assertThat(connect().send("HEAD /", "").head().status()).isEqualTo(200);
    }

    private Answer patch(String body) {
        return send("PATCH /streams/a", "application/merge-patch+json", body);
    }
}

package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cache may answer with is what the gateway would have answered. */
class PageCachingTest extends Served {
    private static final String ANN = "Authorization: Bearer ann";
    private static final List<String> PAGES = List.of(
            "",
            "?from=1&limit=2",
            "?from=2&limit=2",
            "?after=1&limit=2",
            "?from=start&limit=2",
            "?last=2",
            "?since=2000-01-01T00:00:00Z&limit=2",
            "?type=odd&limit=2",
            "?from=1&limit=2&type=odd",
            "?direction=backward&limit=2",
            "?direction=backward&from=2&limit=2",
            "?from=1&limit=2&gaps=skip",
            "?from=3",
            "?from=tail");
    private static final List<String> KINDS =
            List.of("application/json", "application/x-ndjson", "application/cloudevents-batch+json");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> bodies = new HashMap<>();
    private final KnownCallers callers = (KnownCallers) options.authority();

    @Override
    GatewayOptions options() {
        return super.options().withAuthority(new KnownCallers());
    }

    @BeforeEach
    void know() {
        callers.know("ann", "read:*");
    }

    @Test
    @Proves("SUB-28")
    void aTagStandsForOneBodyWhateverHappensToTheStream() {
        for (int i = 1; i <= 5; i++) {
            now(stream("a").append(NewEvent.json("1").withType(i % 2 == 0 ? "even" : "odd")));
            compare();
        }
        now(stream("a").trim(1));
        compare();
        now(stream("a").seal());
        compare();
        now(stream("a").trim(5));
        compare();
        now(stream("a").delete().thenReturn(1));
        append("a", "6");
        compare();
        append("a", "7", "8");
        compare();
    }

    private void compare() {
        for (String kind : KINDS) {
            for (String page : PAGES) {
                Answer now = ask("GET /streams/a" + page, ANN, "Accept: " + kind);
                String key = kind + " " + page + " " + now.header("ETag");
                if (now.status() == 200) {
                    assertThat(bodies.computeIfAbsent(key, first -> now.body()))
                            .as(key)
                            .isEqualTo(now.body());
                    assertThat(ask(
                                            "GET /streams/a" + page,
                                            ANN,
                                            "Accept: " + kind,
                                            "If-None-Match: " + now.header("ETag"))
                                    .status())
                            .isEqualTo(304);
                }
            }
        }
    }

    @Test
    @Proves("SUB-28")
    void atTheTailEachAppendTrimAndSealIsANewTag() {
        append("a", "1", "2", "3");
        for (String page : List.of("?from=3", "?from=tail", "?last=2", "")) {
            String before = tag(page);
            append("a", "4");
            String appended = tag(page);
            assertThat(appended).as(page).isNotEqualTo(before);
        }
        String before = tag("?from=tail");
        now(stream("a").seal());
        assertThat(tag("?from=tail")).isNotEqualTo(before);
    }

    @Test
    void aPageForGoodTellsItsMarksInHeadersAlsoWithA304() {
        append("a", "1", "2", "3");
        Answer page = ask("GET /streams/a?from=1&limit=2", ANN);
        append("a", "4");

        Answer again = ask("GET /streams/a?from=1&limit=2", ANN, "If-None-Match: " + page.header("ETag"));

        assertThat(page.body()).doesNotContain("WaterMark", "sealed");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.header("High-Water-Mark")).isEqualTo("4");
        assertThat(again.header("Low-Water-Mark")).isEqualTo("1");
    }

    @Test
    @Proves("SEC-2")
    void whatTakesATokenIsForNoCacheButThatOfItsBearer() throws Exception {
        append("a", "1", "2", "3");
        assertThat(ask("GET /streams/a?from=1&limit=2", ANN).header("Cache-Control"))
                .isEqualTo("private, max-age=31536000, immutable");
        append("text", "1", "2");
        now(stream("text").configure(StreamSettings.defaults().withContentType("application/json")));
        assertThat(ask("GET /v1/stream/text?offset=-1", ANN).header("Cache-Control"))
                .doesNotContain("public");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "application/cloudevents-batch+json"})
    void aPageGoesOutCompressedForWhoAsks(String kind) throws Exception {
        append("a", "\"" + "tea ".repeat(1_000) + "\"", "2");
        Answer plain = ask("GET /streams/a", ANN, "Accept: " + kind);

        HttpResponse<byte[]> packed = zipped("/streams/a", kind, "gzip");

        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.headers().allValues("Vary")).contains("Accept-Encoding");
        assertThat(packed.headers().firstValue("ETag").orElse("")).isNotEmpty().isNotEqualTo(plain.header("ETag"));
        assertThat(packed.body().length).isLessThan(plain.body().length() / 2);
        byte[] unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
        assertThat(new String(unpacked, StandardCharsets.UTF_8)).isEqualTo(plain.body());
        assertThat(plain.header("Content-Encoding")).isEmpty();
    }

    @Test
    void aProblemIsNeverCompressed() throws Exception {
        HttpResponse<byte[]> problem = zipped("/streams/none", "application/json", "gzip");

        assertThat(problem.statusCode()).isEqualTo(404);
        assertThat(problem.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gzip,true",
        "'br, GZIP;q=0.5',true",
        "x-gzip,true",
        "*,true",
        "'*;q=0, gzip',true",
        "'gzip;q=0, *',false",
        "gzip;q=0,false",
        "gzip;q=0.000,false",
        "'',false",
        "identity,false",
        "gzipped,false"
    })
    void compressionIsAskedFor(String acceptEncoding, boolean accepted) {
        assertThat(Gzip.isAccepted(acceptEncoding)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/streams/a?from=start&follow=true",
                "/events?from=start&follow=true",
                "/streams/a?from=start",
                "/events?from=start"
            })
    @Proves("SUB-19")
    void whatStaysOpenIsNeverCompressed(String path) {
        append("a", "1");
        String accept = path.contains("follow") ? "Accept: */*" : "Accept: text/event-stream, */*";
        Wire wire = connect().send("GET " + path, "", accept, "Accept-Encoding: gzip", ANN);

        Answer head = wire.head();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Encoding")).isEmpty();
        assertThat(head.header("Content-Type"))
                .isEqualTo(path.contains("follow") ? "application/x-ndjson" : "text/event-stream");
        assertThat(wire.until("\"data\":1}")).contains("\"sequence\":1");
    }

    private HttpResponse<byte[]> zipped(String path, String accept, String coding) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.address().getPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", accept)
                .header("Accept-Encoding", coding)
                .header("Authorization", "Bearer ann")
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private String tag(String page) {
        return ask("GET /streams/a" + page, ANN).header("ETag");
    }
}

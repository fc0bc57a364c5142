package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.spec.Proves;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {

    @Test
    @Proves("SUB-17")
    void whatWasSeenLastWinsOverTheQueryAndTheQueryOverTheTail() {
        String all = "lastEventId=2&from=3&after=4&since=2026-01-01T00:00:00Z&last=5";

        assertThat(Place.live("1", new Query(all)).from()).isEqualTo(From.after(1));
        assertThat(Place.live("", new Query(all)).from()).isEqualTo(From.after(2));
        assertThat(Place.live("", new Query("from=3&after=4")).from()).isEqualTo(From.after(2));
        assertThat(Place.live("", new Query("after=4&last=5")).from()).isEqualTo(From.after(4));
        assertThat(Place.live("", new Query("since=2026-01-01T01:00:00+01:00&last=5"))
                        .from())
                .isEqualTo(From.at(Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(Place.live("", new Query("last=5")).from()).isEqualTo(From.last(5));
        assertThat(Place.live("", new Query("from=start")).from()).isEqualTo(From.start());
        assertThat(Place.live("", new Query("")).from()).isEqualTo(From.tail());
        assertThat(Place.live("0", new Query("")).from()).isEqualTo(From.after(0));
    }

    @ParameterizedTest
    @CsvSource({"a,a", "a/b,a/b", "a%2Fb,a/b", "%C3%A9,\u00e9", "a%20b,a b", "a+b,a+b", "100%25,100%", "..a,..a"})
    @Proves("SEC-4")
    void aNameIsDecodedOnceAndLeadsBackToItself(String encoded, String name) {
        assertThat(Names.stream(encoded)).isEqualTo(name);
        assertThat(Names.stream(Names.path(name).substring("/streams/".length())))
                .isEqualTo(name);
    }

    @Test
    void bytesThatCameUnencodedAreUtf8() {
        assertThat(Names.stream("\u00c3\u00a9")).isEqualTo("\u00e9");
        assertThatThrownBy(() -> Names.stream("\u00e9")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> Names.stream("a/../b")).isInstanceOf(LogException.InvalidName.class);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,true,false", "'Application/JSON; charset=utf-8',true,false", "application/a+json,true,false",
        "text/plain,false,true", "'text/csv; charset=UTF-8',false,true", "'text/plain; charset=latin1',false,false",
        "image/png,false,false", "'',false,false", "json,false,false"
    })
    void theMediaTypeTellsWhatDataIs(String contentType, boolean json, boolean text) {
        assertThat(Media.isJson(contentType)).isEqualTo(json);
        assertThat(Media.isText(contentType)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'text/event-stream, */*',text/event-stream",
        "'*/*, text/event-stream',text/event-stream",
        "'text/*, */*;q=0.5',text/event-stream",
        "'text/event-stream;q=0.5, */*',application/json",
        "'text/event-stream;q=0.5, */*;q=0.5',text/event-stream",
        "'text/event-stream;charset=utf-8',text/event-stream",
        "'application/json, text/event-stream',application/json",
        "'text/event-stream;q=0, */*',application/json",
        "'*/*',application/json"
    })
    void whatIsNamedWinsOverWhatARangeCoversUnlessItsQualityIsLower(String accept, String chosen) {
        assertThat(Media.choose(accept, List.of("application/json", "text/event-stream")))
                .contains(chosen);
    }

    @Test
    void theClosestRangeOfAnAcceptHeaderDecides() {
        List<String> offered = List.of("application/json", "application/x-ndjson");

        assertThat(Media.choose("", offered)).contains("application/json");
        assertThat(Media.choose("*/*;q=0.1, application/json;q=0", offered)).contains("application/x-ndjson");
        assertThat(Media.choose("application/*, application/json;q=0.2", offered))
                .contains("application/x-ndjson");
        assertThat(Media.choose("application/json;Q=0.3, application/x-ndjson; q=0.4", offered))
                .contains("application/x-ndjson");
        assertThat(Media.choose("text/html", offered)).isEmpty();
        assertThat(Media.choose("nonsense", offered)).isEmpty();
    }
}

package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** A program that shows a page and goes on by its links: to the next page, or to what comes. */
@Proves("SUB-31")
class LinksTest extends Served {
    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":([0-9]+)");
    private static final Pattern ID = Pattern.compile("(?m)^id: ([0-9]+)$");
    private static final Pattern LINK = Pattern.compile("<([^>]+)>; rel=\"([a-z]+)\"");
    private static final int ROUNDS = 10;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /streams/a?last=5",
                "GET /streams/a?direction=backward&limit=5",
                "GET /streams/a?from=3&limit=4",
                "GET /streams/a?from=tail",
                "GET /streams/a?direction=backward&from=6&limit=2",
                "HEAD /streams/a"
            })
    void whatIsShownAndWhatComesBehindItLoseAndRepeatNothingWhileOthersAppend(String page) {
        append("a", "1", "2", "3", "4", "5", "6", "7", "8");
        Disposable others = Flux.interval(Duration.ofMillis(1))
                .onBackpressureDrop()
                .concatMap(i -> log.stream("a").append(NewEvent.json("0")), 1)
                .subscribe();
        try {
            for (int i = 0; i < ROUNDS; i++) {
                Answer shown =
                        page.startsWith("HEAD") ? connect().send(page, "").head() : ask(page);
                long through = sequences(shown.body()).stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(Long.parseLong(shown.header("High-Water-Mark")));
                try (Wire live = new Wire(gateway.address())) {
                    live.send("GET " + link(shown, "monitor"), "", "Accept: text/event-stream")
                            .head();
                    List<Long> seen = found(ID, live.until("id: " + (through + 20) + "\n"));
                    assertThat(seen.subList(0, 20))
                            .isEqualTo(LongStream.rangeClosed(through + 1, through + 20)
                                    .boxed()
                                    .toList());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        } finally {
            others.dispose();
        }
    }

    @Test
    void anAnswerTellsMarksSealAndContentType() {
        now(log.stream("a").create(StreamSettings.defaults().withContentType("application/json; charset=utf-8")));
        append("a", "1", "2", "3");
        now(stream("a").trim(1));
        now(stream("a").seal());

        for (String head : List.of("HEAD /streams/a", "GET /streams/a", "GET /streams/a?from=2&limit=1")) {
            Answer answer = head.startsWith("HEAD") ? connect().send(head, "").head() : ask(head);
            assertThat(answer.header("Low-Water-Mark")).as(head).isEqualTo("2");
            assertThat(answer.header("High-Water-Mark")).as(head).isEqualTo("3");
            assertThat(answer.header("Stream-Sealed")).as(head).isEqualTo("true");
            assertThat(answer.header("Stream-Content-Type")).as(head).isEqualTo("application/json; charset=utf-8");
        }
    }

    @Test
    void theHeadOfAStreamLeadsToWhatFollowsItsNewestEvent() {
        append("a", "1", "2");

        Answer head = connect().send("HEAD /streams/a", "").head();
        append("a", "3");

        assertThat(sequences(ask("GET " + link(head, "next")).body())).containsExactly(3L);
        assertThat(sequences(ask("GET " + link(head, "first")).body())).containsExactly(1L, 2L, 3L);
        assertThat(sequences(ask("GET " + link(head, "last")).body())).containsExactly(1L, 2L, 3L);
    }

    private static List<Long> sequences(String text) {
        return found(SEQUENCE, text);
    }

    private static List<Long> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
    }

    private static String link(Answer answer, String relation) {
        return LINK.matcher(answer.header("Link"))
                .results()
                .filter(found -> found.group(2).equals(relation))
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }
}

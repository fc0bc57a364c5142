package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Page;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a page promises: bounded, and always telling where to go on. */
public abstract class PageContract extends LogContract {

    private Page page(EventStream stream, From from, long limit) {
        return get(stream.page(ReadOptions.forward(from).withLimit(limit)));
    }

    @Test
    @Proves("STR-6")
    final void aPageTellsWhereToGoOn() {
        EventStream stream = stream(open(), "paged", 10, 1);
        Page page = page(stream, From.start(), 4);
        assertThat(page.stream()).isEqualTo("paged");
        assertThat(sequences(page.events())).isEqualTo(range(1, 4));
        assertThat(page.next()).isEqualTo(From.after(4));
        assertThat(page.complete()).isFalse();
        assertThat(page.lowWaterMark()).isEqualTo(1);
        assertThat(page.highWaterMark()).isEqualTo(10);
        assertThat(page.sealed()).isFalse();
    }

    @Test
    @Proves("STR-6")
    final void pagesForwardCoverTheStreamOnce() {
        EventStream stream = stream(open(), "paged", 23, 3);
        List<Event> seen = new ArrayList<>();
        Page page = page(stream, From.start(), 5);
        seen.addAll(page.events());
        while (!page.complete()) {
            page = page(stream, page.next(), 5);
            assertThat(page.events()).isNotEmpty();
            seen.addAll(page.events());
        }
        assertThat(sequences(seen)).isEqualTo(range(3, 23));
    }

    @Test
    @Proves({"STR-6", "STR-21"})
    final void pagesBackwardCoverTheStreamOnce() {
        EventStream stream = stream(open(), "paged", 23, 3);
        List<Event> seen = new ArrayList<>();
        Page page = get(stream.page(ReadOptions.backward(From.tail()).withLimit(5)));
        seen.addAll(page.events());
        while (!page.complete()) {
            page = get(stream.page(ReadOptions.backward(page.next()).withLimit(5)));
            assertThat(page.events()).isNotEmpty();
            seen.addAll(page.events());
        }
        assertThat(sequences(seen)).isEqualTo(falling(23, 3));
    }

    @Test
    @Proves("STR-6")
    final void aPageThatReachesTheTailIsComplete() {
        EventStream stream = stream(open(), "paged", 10, 1);
        assertThat(page(stream, From.after(6), 4).complete()).isTrue();
        assertThat(page(stream, From.after(6), 5).complete()).isTrue();
        assertThat(page(stream, From.after(6), 3).complete()).isFalse();
    }

    @Test
    @Proves("STR-6")
    final void anEmptyPageKeepsThePlace() {
        EventStream stream = stream(open(), "paged", 10, 1);
        Page page = page(stream, From.after(10), 5);
        assertThat(page.events()).isEmpty();
        assertThat(page.next()).isEqualTo(From.after(10));
        assertThat(page.complete()).isTrue();
        append(stream, 1);
        assertThat(sequences(page(stream, page.next(), 5).events())).containsExactly(11L);
    }

    @Test
    @Proves("STR-6")
    final void anEmptyPageAtTheTailResumesWithTheNextEvent() {
        EventStream stream = stream(open(), "paged", 10, 1);
        Page page = page(stream, From.tail(), 5);
        assertThat(page.events()).isEmpty();
        assertThat(page.next()).isEqualTo(From.after(10));
    }

    @Test
    @Proves("STR-6")
    final void anEmptyPageOfAStreamTrimmedToNothingResumesWithTheNextEvent() {
        EventStream stream = stream(open(), "paged", 10, 11);
        Page page = page(stream, From.start(), 5);
        assertThat(page.events()).isEmpty();
        assertThat(page.complete()).isTrue();
        assertThat(page.lowWaterMark()).isEqualTo(11);
        assertThat(page.highWaterMark()).isEqualTo(10);
        append(stream, 1);
        assertThat(sequences(page(stream, page.next(), 5).events())).containsExactly(11L);
    }

    @Test
    @Proves("STR-6")
    final void aPageAboveTheBoundIsRefused() {
        EventStream stream = stream(open(LogOptions.defaults().withPageEventsMax(7)), "paged", 10, 1);
        LogException.LimitExceeded refused = failure(
                LogException.LimitExceeded.class,
                stream.page(ReadOptions.forward(From.start()).withLimit(8)));
        assertThat(refused.limitName()).isEqualTo("pageEventsMax");
        assertThat(refused.limit()).isEqualTo(7);
        assertThat(refused.given()).isEqualTo(8);
        assertThat(page(stream, From.start(), 7).events()).hasSize(7);
    }

    @Test
    @Proves("STR-6")
    final void theBoundIsOneThousandByDefault() {
        EventStream stream = stream(open(), "paged", 3, 1);
        assertThat(page(stream, From.start(), 1_000).events()).hasSize(3);
        failure(
                LogException.LimitExceeded.class,
                stream.page(ReadOptions.forward(From.start()).withLimit(1_001)));
    }

    @Test
    @Proves("STR-6")
    final void aPageIsBoundedInBytesAndSaysThatMoreFollows() {
        EventStream stream = open(LogOptions.defaults().withPageBytesMax(10_000)).stream("heavy");
        for (int i = 0; i < 20; i++) {
            get(stream.append(NewEvent.of(new byte[3_000])));
        }
        long seen = 0;
        Page page = page(stream, From.start(), 100);
        while (true) {
            assertThat(page.events()).hasSizeBetween(1, 4);
            seen += page.events().size();
            assertThat(page.next()).isEqualTo(From.after(seen));
            assertThat(page.complete()).isEqualTo(seen == 20);
            if (page.complete()) {
                break;
            }
            page = page(stream, page.next(), 100);
        }
        assertThat(seen).isEqualTo(20);
    }

    @Test
    @Proves("STR-6")
    final void anEventLargerThanAPageIsAPageOfItsOwn() {
        EventStream stream = open(LogOptions.defaults().withPageBytesMax(1_000)).stream("huge");
        get(stream.append(NewEvent.of(new byte[50_000])));
        append(stream, 1);
        Page page = page(stream, From.start(), 100);
        assertThat(sequences(page.events())).containsExactly(1L);
        assertThat(page.complete()).isFalse();
    }

    @Test
    final void aPageOfASealedStreamSaysSo() {
        EventStream stream = stream(open(), "sealed", 3, 1);
        get(stream.seal());
        Page page = page(stream, From.start(), 10);
        assertThat(page.sealed()).isTrue();
        assertThat(page.complete()).isTrue();
    }

    @Test
    @Proves({"STR-5", "SUB-4"})
    final void aPageFailsAsAReadDoes() {
        EventLog log = open();
        EventStream stream = stream(log, "trimmed", 10, 6);
        ReadOptions below = ReadOptions.forward(From.after(2)).withLimit(5);
        ReadOptions above = ReadOptions.forward(From.after(11)).withLimit(5);
        assertThat(failure(LogException.Trimmed.class, stream.page(below)).lowWaterMark())
                .isEqualTo(6);
        assertThat(failure(LogException.Ahead.class, stream.page(above)).highWaterMark())
                .isEqualTo(10);
        failure(LogException.UnknownStream.class, log.stream("never").page(above));
    }
}

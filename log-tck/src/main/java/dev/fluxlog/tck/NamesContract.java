package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.Transaction;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Which names streams have, and how they are listed. */
public abstract class NamesContract extends LogContract {

    /** Names that a file system or a parser would like to confuse. */
    private static final List<String> LEGAL = List.of(
            "a",
            "A",
            "a/b",
            "a/B",
            "a/b/c",
            "a b",
            " a",
            "a ",
            "...",
            ".a",
            "a.",
            "..a",
            "CON",
            "con",
            "nul",
            "LPT1",
            "aux.txt",
            "-",
            "--help",
            "a\\b",
            "a:b",
            "a*b",
            "a?b",
            "a\"b",
            "a<b>c|d",
            "a%2Fb",
            "a%00",
            "~",
            "a$",
            "a;b",
            "'",
            "e\u0301",
            "\u00e9",
            "\u212b",
            "\u00c5",
            "A\u030a",
            "\u0131",
            "I",
            "i",
            "\ufb01",
            "fi",
            "\ud83d\ude00",
            "\u4e2d\u6587",
            "\u202eabc",
            "\ufeff",
            "x".repeat(255),
            "\u00e9".repeat(127),
            "a/" + "b/".repeat(100) + "c");

    private static final List<String> ILLEGAL = List.of(
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/.",
            "a/..",
            "../a",
            "a/../b",
            "./a",
            "$all",
            "$",
            "$x/y",
            "a\u0000b",
            "a\nb",
            "\u007f",
            "a\u0085b",
            "\u001b[0m",
            "\ud800",
            "\udc00a",
            "a\ud83d",
            "x".repeat(256),
            "\u00e9".repeat(128));

    private List<String> listed(EventLog log, StreamsQuery query) {
        return all(log.streams(query).map(StreamInfo::name));
    }

    @Test
    @Proves("STR-12")
    final void everyLegalNameIsAPlaceOfItsOwn() {
        EventLog log = open();
        for (String name : LEGAL) {
            get(log.stream(name).append(event("of " + name)));
        }
        for (String name : LEGAL) {
            assertThat(readAll(log.stream(name)))
                    .as(name)
                    .extracting(LogContract::text)
                    .containsExactly("of " + name);
        }
        assertThat(listed(log, StreamsQuery.all())).containsExactlyElementsOf(new TreeSet<>(LEGAL));
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-11", "STR-12"})
    final void everyLegalNameIsThereAfterReopening() {
        EventLog log = open();
        for (String name : LEGAL) {
            get(log.stream(name).append(event("of " + name)));
        }
        log = reopen(log);
        for (String name : LEGAL) {
            assertThat(readAll(log.stream(name)))
                    .as(name)
                    .extracting(LogContract::text)
                    .containsExactly("of " + name);
        }
        assertThat(listed(log, StreamsQuery.all())).containsExactlyElementsOf(new TreeSet<>(LEGAL));
    }

    @Test
    @Proves("STR-12")
    final void generatedNamesArePlacesOfTheirOwn() {
        EventLog log = open();
        Random random = Seeds.random("generatedNamesArePlacesOfTheirOwn");
        Set<String> names = new HashSet<>();
        while (names.size() < 200) {
            StringBuilder name = new StringBuilder("n");
            for (int i = random.nextInt(8); i > 0; i--) {
                name.append("aA.\u00e9e\u0301%2F_-~ #".charAt(random.nextInt(13)));
            }
            names.add(name.toString());
        }
        all(Flux.fromIterable(names).flatMap(name -> log.stream(name).append(event(name)), 32));
        for (String name : names) {
            assertThat(readAll(log.stream(name)))
                    .as("%s, %s", name, Seeds.hint())
                    .extracting(LogContract::text)
                    .containsExactly(name);
        }
    }

    @Test
    @Proves({"STR-11", "STR-12"})
    final void illegalAndReservedNamesAreRefusedAtTheCall() {
        EventLog log = open();
        append(log.stream("legal"), 1);
        for (String name : ILLEGAL) {
            assertThatExceptionOfType(LogException.InvalidName.class)
                    .as(name)
                    .isThrownBy(() -> log.stream(name))
                    .satisfies(e -> assertThat(e.name()).isEqualTo(name))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}"));
            assertThatExceptionOfType(LogException.InvalidName.class)
                    .as(name)
                    .isThrownBy(() -> Transaction.start().append(name, events(1)));
        }
        assertThat(listed(log, StreamsQuery.all())).containsExactly("legal");
    }

    @Test
    @Proves("STR-11")
    final void everyExistingStreamIsListedInOrder() {
        EventLog log = open();
        stream(log, "b", 3, 1);
        stream(log, "trimmed to nothing", 5, 6);
        get(log.stream("a").create(StreamSettings.defaults()));
        done(stream(log, "gone", 1, 1).delete());
        recreated(log, "again", 2);
        get(stream(log, "sealed", 1, 1).seal());
        assertThat(listed(log, StreamsQuery.all())).containsExactly("a", "again", "b", "sealed", "trimmed to nothing");
        assertThat(log.status().streams()).isEqualTo(5);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-11")
    final void everyExistingStreamIsListedAfterReopening() {
        EventLog log = open();
        stream(log, "b", 3, 1);
        stream(log, "trimmed to nothing", 5, 6);
        get(log.stream("a").create(StreamSettings.defaults()));
        done(stream(log, "gone", 1, 1).delete());
        List<StreamInfo> before = all(log.streams(StreamsQuery.all()));
        assertThat(before).hasSize(3);
        assertThat(all(reopen(log).streams(StreamsQuery.all()))).isEqualTo(before);
    }

    @Test
    final void aListedStreamTellsWhatItsInfoTells() {
        EventLog log = open();
        stream(log, "a", 5, 3);
        get(stream(log, "b", 2, 1).seal());
        List<StreamInfo> infos = new ArrayList<>();
        infos.add(get(log.stream("a").info()));
        infos.add(get(log.stream("b").info()));
        assertThat(all(log.streams(StreamsQuery.all()))).isEqualTo(infos);
    }

    @Test
    final void aListIsNarrowedByPrefixPlaceAndLimit() {
        EventLog log = open();
        for (String name : List.of("a", "b/1", "b/2", "b/3", "ba", "c")) {
            append(log.stream(name), 1);
        }
        StreamsQuery all = StreamsQuery.all();
        assertThat(listed(log, all.withPrefix("b/"))).containsExactly("b/1", "b/2", "b/3");
        assertThat(listed(log, all.withPrefix("b/").withAfter("b/1"))).containsExactly("b/2", "b/3");
        assertThat(listed(log, all.withPrefix("b/").withAfter("a").withLimit(2)))
                .containsExactly("b/1", "b/2");
        assertThat(listed(log, all.withAfter("b/3"))).containsExactly("ba", "c");
        assertThat(listed(log, all.withLimit(1))).containsExactly("a");
        assertThat(listed(log, all.withPrefix("d"))).isEmpty();
        assertThat(listed(log, all.withAfter("c"))).isEmpty();
    }

    @Test
    final void aListOfManyStreamsIsWhole() {
        EventLog log = open();
        all(Flux.range(0, 1_000).flatMap(i -> log.stream("s" + i).append(NewEvent.text("x")), 256));
        assertThat(listed(log, StreamsQuery.all())).hasSize(1_000).isSorted().doesNotHaveDuplicates();
    }
}

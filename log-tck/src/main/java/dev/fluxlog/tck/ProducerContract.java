package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.Producer;
import dev.fluxlog.spec.Proves;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What a numbered producer promises: each of its appends is taken once, in its order, and only from the newest epoch. */
public abstract class ProducerContract extends LogContract {

    private static AppendOptions by(String id, long epoch, long sequence) {
        return AppendOptions.defaults().withProducer(new Producer(id, epoch, sequence));
    }

    private AppendResult append(EventStream stream, int count, AppendOptions options) {
        return get(stream.append(events(count), options));
    }

    private void assertGap(EventStream stream, AppendOptions options, long expected) {
        LogException.ProducerGap gap = failure(LogException.ProducerGap.class, stream.append(events(1), options));
        assertThat(gap.stream()).isEqualTo(stream.name());
        assertThat(gap.expected()).isEqualTo(expected);
        assertThat(gap.received()).isEqualTo(options.producer());
        assertThat(gap.code()).isEqualTo("producer-gap");
    }

    private void assertFenced(EventStream stream, AppendOptions options, long currentEpoch) {
        LogException.ProducerFenced fenced =
                failure(LogException.ProducerFenced.class, stream.append(events(1), options));
        assertThat(fenced.stream()).isEqualTo(stream.name());
        assertThat(fenced.currentEpoch()).isEqualTo(currentEpoch);
        assertThat(fenced.code()).isEqualTo("producer-fenced");
    }

    @Test
    @Proves("STR-25")
    final void appendsAreTakenInTheOrderOfTheirNumbers() {
        EventStream stream = open().stream("a");
        assertThat(append(stream, 2, by("p", 0, 0))).isEqualTo(new AppendResult("a", 1, 2, 2, false, 0));
        assertThat(append(stream, 1, by("q", 7, 0))).isEqualTo(new AppendResult("a", 3, 3, 3, false, 0));
        assertThat(append(stream, 1, by("p", 0, 1))).isEqualTo(new AppendResult("a", 4, 4, 4, false, 1));
        assertMarks(stream, 1, 4);
    }

    @Test
    @Proves("STR-25")
    final void aRepeatGivesTheFirstResultWhateverItsContentAndTellsTheHighestNumber() {
        EventStream stream = open().stream("a");
        append(stream, 1, by("p", 0, 0));
        append(stream, 2, by("p", 0, 1));
        append(stream, 1, by("p", 0, 2));
        assertThat(append(stream, 5, by("p", 0, 1))).isEqualTo(new AppendResult("a", 2, 3, 3, true, 2));
        assertThat(append(stream, 1, by("p", 0, 0))).isEqualTo(new AppendResult("a", 1, 1, 1, true, 2));
        assertMarks(stream, 1, 4);
    }

    @Test
    @Proves("STR-25")
    final void aRepeatIsAnsweredBeforeItsExpectationAndItsOrdinal() {
        EventStream stream = open().stream("a");
        AppendOptions options =
                by("p", 0, 0).withExpected(ExpectedSequence.noStream()).withOrdinal("o");
        AppendResult first = append(stream, 1, options);
        AppendResult again = append(stream, 1, options);
        assertThat(again).isEqualTo(new AppendResult("a", first.first(), first.last(), first.position(), true, 0));
    }

    @Test
    @Proves("STR-25")
    final void aSkippedNumberIsRefusedWithExpectedAndReceived() {
        EventStream stream = open().stream("a");
        assertGap(stream, by("p", 0, 1), 0);
        append(stream, 1, by("p", 0, 0));
        assertGap(stream, by("p", 0, 2), 1);
        assertGap(stream, by("p", 1, 5), 0);
        assertMarks(stream, 1, 1);
        append(stream, 1, by("p", 0, 1));
    }

    @Test
    @Proves("STR-26")
    final void aHigherEpochStartsAtZeroAndFencesTheLower() {
        EventStream stream = open().stream("a");
        append(stream, 1, by("p", 0, 0));
        append(stream, 1, by("p", 3, 0));
        assertFenced(stream, by("p", 0, 1), 3);
        assertFenced(stream, by("p", 2, 0), 3);
        assertFenced(stream, by("p", 0, 0), 3);
        append(stream, 1, by("p", 3, 1));
        assertMarks(stream, 1, 3);
    }

    @Test
    @Proves({"STR-25", "STR-26"})
    final void aSealedStreamStillAnswersRepeatsAndFences() {
        EventStream stream = open().stream("a");
        append(stream, 1, by("p", 0, 0));
        AppendOptions last = by("p", 1, 0).thenSeal();
        assertThat(append(stream, 2, last)).isEqualTo(new AppendResult("a", 2, 3, 3, false, 0));
        assertThat(append(stream, 2, last)).isEqualTo(new AppendResult("a", 2, 3, 3, true, 0));
        assertFenced(stream, by("p", 0, 1), 1);
        failure(LogException.StreamSealed.class, stream.append(events(1), by("p", 1, 1)));
        failure(LogException.StreamSealed.class, stream.append(events(1), by("q", 0, 0)));
    }

    @Test
    @Proves({"STR-23", "STR-25"})
    final void sealingWithoutEventsIsAnAppendOfItsProducerToo() {
        EventStream stream = open().stream("a");
        append(stream, 1, by("p", 0, 0));
        AppendOptions last = by("p", 0, 1).thenSeal();
        assertThat(get(stream.append(List.of(), last))).isEqualTo(new AppendResult("a", 2, 1, 0, false, 1));
        AppendResult again = get(stream.append(List.of(), last));
        assertThat(again.replayed()).isTrue();
        assertThat(again.producerSequence()).isEqualTo(1);
        failure(
                LogException.StreamSealed.class,
                stream.append(List.of(), by("p", 0, 2).thenSeal()));
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-25", "STR-26"})
    final void producersAreKnownAfterARestart() {
        EventLog log = open();
        append(log.stream("a"), 1, by("p", 0, 0));
        append(log.stream("a"), 2, by("p", 4, 0));
        append(log.stream("sealed"), 1, by("p", 4, 0));
        get(log.stream("sealed").append(List.of(), by("p", 5, 0).thenSeal()));
        log = reopen(log);
        EventStream stream = log.stream("a");
        assertThat(append(stream, 2, by("p", 4, 0))).isEqualTo(new AppendResult("a", 2, 3, 3, true, 0));
        assertFenced(stream, by("p", 0, 1), 4);
        assertGap(stream, by("p", 4, 2), 1);
        append(stream, 1, by("p", 4, 1));
        EventStream sealed = log.stream("sealed");
        assertThat(get(sealed.append(List.of(), by("p", 5, 0).thenSeal())).replayed())
                .isTrue();
        assertFenced(sealed, by("p", 4, 1), 5);
    }

    @Test
    @Proves("STR-25")
    final void aProducerIsKnownWithinTheNamedWindowOnly() {
        EventLog log = open(LogOptions.defaults().withIdempotencyEventsMax(5));
        EventStream stream = log.stream("a");
        append(stream, 1, by("p", 2, 0));
        append(stream, 4);
        append(stream, 1, by("p", 2, 1));
        append(stream, 5);
        assertGap(stream, by("p", 2, 2), 0);
        append(stream, 1, by("p", 0, 0));
    }

    @Test
    @Proves("STR-25")
    final void aDeletedStreamForgetsItsProducers() {
        EventStream stream = open().stream("a");
        append(stream, 1, by("p", 3, 0));
        done(stream.delete());
        assertThat(append(stream, 1, by("p", 0, 0))).isEqualTo(new AppendResult("a", 2, 2, 2, false, 0));
    }

    @Test
    @Proves("STR-25")
    final void appendsThatAreSentAtOnceAreTakenOnceEach() {
        EventStream stream = open().stream("a");
        List<AppendResult> results = get(Flux.range(0, 200)
                .flatMapSequential(i -> stream.append(events(1), by("p", 0, i / 2)), 200)
                .collectList());
        assertThat(results.stream().filter(AppendResult::replayed)).hasSize(100);
        assertMarks(stream, 1, 100);
    }

    @Test
    @Proves("STR-39")
    final void anOrdinalHasToRiseByItsBytes() {
        EventStream stream = open().stream("a");
        AppendOptions options = AppendOptions.defaults();
        append(stream, 1, options.withOrdinal("2"));
        LogException.OutOfOrder refused =
                failure(LogException.OutOfOrder.class, stream.append(events(1), options.withOrdinal("10")));
        assertThat(refused.stream()).isEqualTo("a");
        assertThat(refused.last()).isEqualTo("2");
        assertThat(refused.given()).isEqualTo("10");
        failure(LogException.OutOfOrder.class, stream.append(events(1), options.withOrdinal("2")));
        append(stream, 1);
        append(stream, 1, options.withOrdinal("a"));
        failure(LogException.OutOfOrder.class, stream.append(events(1), options.withOrdinal("B")));
        append(stream, 1, options.withOrdinal("\ud83d\ude00"));
        failure(LogException.OutOfOrder.class, stream.append(events(1), options.withOrdinal("\uffee")));
        assertMarks(stream, 1, 4);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-39")
    final void anOrdinalIsKnownAfterARestart() {
        EventLog log = open();
        AppendOptions options = AppendOptions.defaults().withOrdinal("m");
        append(log.stream("a"), 2, options);
        EventStream stream = reopen(log).stream("a");
        failure(LogException.OutOfOrder.class, stream.append(events(1), options));
        append(stream, 1, options.withOrdinal("n"));
    }
}

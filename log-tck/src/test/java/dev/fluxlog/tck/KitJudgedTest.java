package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Durability;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.TrimResult;
import dev.fluxlog.memory.MemoryLog;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The contract of logs is judged: each way of being wrong is caught by a test that says so, and nothing passes by doing nothing. */
@Proves("TST-5")
final class KitJudgedTest {

    private static LogFixture bent(UnaryOperator<EventStream> bend) {
        return fixture(options -> MemoryLog.open(options).map(log -> new BentLog(log, bend)), MemoryFixture.MISSING);
    }

    private interface Opening {
        Mono<? extends EventLog> open(LogOptions options);
    }

    private static LogFixture fixture(Opening opening, Map<Capability, String> missing) {
        return new LogFixture() {
            @Override
            public Mono<EventLog> open(LogOptions options) {
                return opening.open(options).cast(EventLog.class);
            }

            @Override
            public Durability durability() {
                return Durability.MEMORY;
            }

            @Override
            public Map<Capability, String> missing() {
                return missing;
            }

            @Override
            public Duration patience() {
                return Duration.ofSeconds(1);
            }
        };
    }

    @Test
    void aLogThatIsRightPasses() {
        Judge judge = Judge.of(Right.class);
        assertThat(judge.failed()).isEmpty();
        assertThat(judge.passed()).hasSizeGreaterThan(10);
    }

    static final class Right extends ReadContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> stream);
        }
    }

    @Test
    void aLogThatDoesNothingPassesNotASingleTest() {
        Judge judge = Judge.of(DoesNothing.class);
        assertThat(judge.passed()).isEmpty();
        assertThat(judge.failed()).hasSizeGreaterThan(150);
    }

    static final class DoesNothing extends EventLogContract {
        @Override
        protected LogFixture fixture() {
            return fixture(options -> Mono.just(new NothingLog(options)), Map.of());
        }

        private static LogFixture fixture(Opening opening, Map<Capability, String> missing) {
            return KitJudgedTest.fixture(opening, missing);
        }
    }

    @Test
    void losingTheLastEventIsCaught() {
        assertThat(Judge.of(LosesTheLast.class).failed())
                .contains("everyPlaceOfAFilledStreamHasItsFirstEvent", "backwardIsTheReverseOfForward");
    }

    static final class LosesTheLast extends ReadContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Flux<Event> read(ReadOptions options) {
                    return right.read(options).skipLast(1);
                }
            });
        }
    }

    @Test
    void repeatingAnEventIsCaught() {
        assertThat(Judge.of(RepeatsOne.class).failed())
                .contains(
                        "everyPlaceOfAFilledStreamHasItsFirstEvent",
                        "subscribingWhileFourWritersAppendMissesRepeatsAndReordersNothing",
                        "everySubscriberGetsEachEventOnceAndEqualToWhatIsRead");
    }

    static final class RepeatsOne extends SubscribeContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Flux<Event> subscribe(From from) {
                    return right.subscribe(from)
                            .concatMap(
                                    event -> event.sequence() % 50 == 3 ? Flux.just(event, event) : Flux.just(event));
                }
            });
        }
    }

    @Test
    void swappingTwoEventsIsCaught() {
        assertThat(Judge.of(SwapsTwo.class).failed())
                .contains(
                        "everyPlaceOfAFilledStreamHasItsFirstEvent",
                        "subscribingWhileFourWritersAppendMissesRepeatsAndReordersNothing");
    }

    static final class SwapsTwo extends SubscribeContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Flux<Event> subscribe(From from) {
                    return right.subscribe(from)
                            .buffer(2)
                            .concatMapIterable(two -> two.size() == 2 ? List.of(two.get(1), two.get(0)) : two);
                }
            });
        }
    }

    @Test
    void skippingAGapSilentlyIsCaught() {
        assertThat(Judge.of(SkipsGaps.class).failed())
                .contains(
                        "aPlaceBelowTheLowWaterMarkIsAGapAndGoesOn",
                        "aPlaceFromBeforeARecreationIsAGap",
                        "aTrimThatOvertakesIsOneGapWithTheExactRange");
    }

    static final class SkipsGaps extends SignalsContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Flux<StreamSignal> signals(From from) {
                    return right.signals(from).filter(signal -> !(signal instanceof StreamSignal.Gap));
                }
            });
        }
    }

    @Test
    void startingWhereEventsAreLeftInsteadOfTellingIsCaught() {
        assertThat(Judge.of(StartsWhereItCan.class).failed()).contains("aPlaceBelowTheLowWaterMarkIsTrimmed");
    }

    static final class StartsWhereItCan extends ReadContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Flux<Event> read(ReadOptions options) {
                    return right.read(options)
                            .onErrorResume(
                                    LogException.Trimmed.class,
                                    trimmed -> right.read(ReadOptions.forward(From.start())));
                }
            });
        }
    }

    @Test
    void acknowledgingBeforeTheCommitIsCaught() {
        assertThat(Judge.of(AcknowledgesEarly.class).failed())
                .contains("sequencesBeginAtOneAndAreDense", "awkwardContentReadsBackEqual");
    }

    static final class AcknowledgesEarly extends AppendContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Mono<AppendResult> append(List<NewEvent> events, AppendOptions options) {
                    Mono<AppendResult> late = right.append(events, options).delaySubscription(Duration.ofMillis(100));
                    return right.info()
                            .map(StreamInfo::highWaterMark)
                            .onErrorReturn(0L)
                            .doOnNext(high -> late.subscribe(done -> {}, lost -> {}))
                            .map(high -> new AppendResult(
                                    right.name(), high + 1, high + events.size(), high + events.size(), false));
                }
            });
        }
    }

    @Test
    void answeringForWhatIsNotThereWithSuccessIsCaught() {
        assertThat(Judge.of(SucceedsAlways.class).failed())
                .contains("aStreamThatNeverExistedIsUnknown", "aDeletedStreamIsUnknown");
    }

    static final class SucceedsAlways extends LifeContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Mono<TrimResult> trim(long through) {
                    return right.trim(through)
                            .onErrorReturn(LogException.UnknownStream.class, new TrimResult(right.name(), 1, 0, 1));
                }

                @Override
                public Mono<Void> delete() {
                    return right.delete().onErrorComplete(LogException.UnknownStream.class);
                }
            });
        }
    }

    @Test
    void ignoringExpectationsIsCaught() {
        assertThat(Judge.of(IgnoresExpectations.class).failed())
                .contains(
                        "ofManyAppendsWithOneExpectationExactlyOneSucceeds",
                        "aConflictWritesNothing",
                        "noStreamHoldsOnlyWhereThereIsNone");
    }

    static final class IgnoresExpectations extends AppendContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Mono<AppendResult> append(List<NewEvent> events, AppendOptions options) {
                    return right.append(events, options.withExpected(ExpectedSequence.any()));
                }
            });
        }
    }

    @Test
    void checkingAnExpectationBeforeTheAppendIsCaught() {
        assertThat(Judge.of(ChecksTooEarly.class).failed()).contains("someOrderOfTheCallsExplainsEveryAnswer");
    }

    static final class ChecksTooEarly extends AppendContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Mono<AppendResult> append(List<NewEvent> events, AppendOptions options) {
                    return right.info()
                            .filter(info -> !options.expected().admits(true, info.highWaterMark()))
                            .flatMap(info -> Mono.<AppendResult>error(
                                    new LogException.Conflict(right.name(), options.expected(), info.highWaterMark())))
                            .switchIfEmpty(Mono.defer(
                                    () -> right.append(events, options.withExpected(ExpectedSequence.any()))));
                }
            });
        }
    }

    @Test
    void forgettingKeysIsCaught() {
        assertThat(Judge.of(ForgetsKeys.class).failed())
                .contains("aRepeatGivesTheFirstResultAndWritesNothing", "repeatsAtTheSameTimeWriteOnce");
    }

    static final class ForgetsKeys extends IdempotencyContract {
        @Override
        protected LogFixture fixture() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Mono<AppendResult> append(List<NewEvent> events, AppendOptions options) {
                    return right.append(events, options.withIdempotencyKey(""));
                }
            });
        }
    }

    @Test
    void forgettingEverythingOnReopeningIsCaught() {
        assertThat(Judge.of(Forgets.class).failed())
                .contains(
                        "aStreamTrimmedToNothingGoesOnAboveItsMarkAfterReopening",
                        "aDeletedNameGoesOnAboveItsHighWaterMarkAfterReopening",
                        "settingsAreThereAfterReopening");
    }

    static final class Forgets extends LifeContract {
        @Override
        protected LogFixture fixture() {
            return fixtureWithoutMemory();
        }

        private static LogFixture fixtureWithoutMemory() {
            return KitJudgedTest.fixture(MemoryLog::open, Map.of());
        }
    }

    @Test
    void answeringDifferentlyIsCaughtByComparison() {
        assertThat(Judge.of(Differs.class).failed()).contains("randomScriptsGetEqualAnswers");
    }

    static final class Differs extends DifferentialContract {
        @Override
        protected LogFixture reference() {
            return new MemoryFixture();
        }

        @Override
        protected LogFixture subject() {
            return bent(stream -> new BentStream(stream) {
                @Override
                public Flux<Event> read(ReadOptions options) {
                    return right.read(options).filter(event -> event.sequence() != 7);
                }
            });
        }
    }
}

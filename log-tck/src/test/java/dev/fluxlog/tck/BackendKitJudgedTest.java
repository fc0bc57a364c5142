package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of backends is judged: each way of being wrong is caught by a test that says so. */
@Proves("TST-5")
final class BackendKitJudgedTest {

    /** Right, except where a subclass is not. */
    static class Bent implements Backend {
        final Backend right;

        Bent(KeptBackend.Medium medium) {
            right = new KeptBackend(medium);
        }

        @Override
        public Level durability() {
            return right.durability();
        }

        @Override
        public Recovery recover() {
            return right.recover();
        }

        @Override
        public void commit(CommitGroup group) {
            right.commit(group);
        }

        @Override
        public List<Frame> read(ReadRequest request) {
            return right.read(request);
        }

        @Override
        public List<Run> runs(long position, long through, int runsMax) {
            return right.runs(position, through, runsMax);
        }

        @Override
        public void close() {
            right.close();
        }
    }

    abstract static class Judged extends BackendContract {
        final KeptBackend.Medium medium = new KeptBackend.Medium();

        @Override
        protected final Backend.Level durability() {
            return Backend.Level.MEMORY;
        }
    }

    @Test
    void aBackendThatIsRightPasses() {
        assertThat(Judge.of(Right.class).failed()).isEmpty();
    }

    static final class Right extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium);
        }
    }

    @Test
    void losingTheLastFrameIsCaught() {
        assertThat(Judge.of(LosesTheLast.class).failed())
                .contains("aCommittedFrameReadsBackByteForByte", "readsForwardInRisingOrder");
    }

    static final class LosesTheLast extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                @Override
                public List<Frame> read(ReadRequest request) {
                    List<Frame> frames = right.read(request);
                    boolean reachesTheEnd =
                            !frames.isEmpty() && frames.get(frames.size() - 1).sequence() == request.through();
                    return reachesTheEnd ? frames.subList(0, frames.size() - 1) : frames;
                }
            };
        }
    }

    @Test
    void repeatingAFrameIsCaught() {
        assertThat(Judge.of(RepeatsOne.class).failed()).contains("readsForwardInRisingOrder");
    }

    static final class RepeatsOne extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                @Override
                public List<Frame> read(ReadRequest request) {
                    List<Frame> frames = new ArrayList<>(right.read(request));
                    if (frames.size() > 2) {
                        frames.add(2, frames.get(1));
                    }
                    return frames;
                }
            };
        }
    }

    @Test
    void swappingTwoFramesIsCaught() {
        assertThat(Judge.of(SwapsTwo.class).failed())
                .contains("readsForwardInRisingOrder", "readsBackwardInFallingOrder");
    }

    static final class SwapsTwo extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                @Override
                public List<Frame> read(ReadRequest request) {
                    List<Frame> frames = new ArrayList<>(right.read(request));
                    if (frames.size() > 2) {
                        frames.set(1, frames.set(2, frames.get(1)));
                    }
                    return frames;
                }
            };
        }
    }

    @Test
    void acknowledgingBeforeTheFramesAreThereIsCaught() {
        assertThat(Judge.of(AcknowledgesEarly.class).failed())
                .contains("aCommittedFrameReadsBackByteForByte", "whatWasCommittedIsThereAfterReopening");
    }

    static final class AcknowledgesEarly extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                private @Nullable CommitGroup acknowledged;

                @Override
                public void commit(CommitGroup group) {
                    if (acknowledged != null) {
                        right.commit(acknowledged);
                    }
                    acknowledged = group;
                }
            };
        }
    }

    @Test
    void forgettingTheLastGroupOnReopeningIsCaught() {
        assertThat(Judge.of(ForgetsTheLastGroup.class).failed())
                .contains(
                        "whatWasCommittedIsThereAfterReopening",
                        "recoveryTellsTheStateOfEveryStream",
                        "positionsGoOnAfterReopening");
    }

    static final class ForgetsTheLastGroup extends Judged {
        @Override
        protected Backend open() {
            medium.forgetLast();
            return new Bent(medium);
        }
    }

    @Test
    void skippingMissingFramesSilentlyIsCaught() {
        assertThat(Judge.of(SkipsSilently.class).failed())
                .contains(
                        "aSequenceThatWasNeverWrittenIsCorruptAndNotEmpty",
                        "aStreamThatWasNeverWrittenIsCorruptAndNotEmpty");
    }

    static final class SkipsSilently extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                @Override
                public List<Frame> read(ReadRequest request) {
                    try {
                        return right.read(request);
                    } catch (StorageException unreadable) {
                        return List.of();
                    }
                }
            };
        }
    }

    @Test
    void reusingNumbersAfterATrimIsCaught() {
        assertThat(Judge.of(ForgetsMarks.class).failed()).contains("recoveryTellsTheStateOfEveryStream");
    }

    static final class ForgetsMarks extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                @Override
                public Recovery recover() {
                    Recovery recovery = right.recover();
                    List<StreamState> living = recovery.streams().stream()
                            .filter(StreamState::exists)
                            .toList();
                    return new Recovery(recovery.position(), living, recovery.repairs());
                }
            };
        }
    }

    @Test
    void ignoringTheBoundsOfAReadIsCaught() {
        assertThat(Judge.of(IgnoresBounds.class).failed())
                .contains("anAnswerHoldsAtMostFramesMax", "anAnswerHoldsAtMostBytesMax");
    }

    static final class IgnoresBounds extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                @Override
                public List<Frame> read(ReadRequest request) {
                    return right.read(new ReadRequest(
                            request.stream(),
                            request.sequence(),
                            request.through(),
                            request.direction(),
                            Integer.MAX_VALUE,
                            Integer.MAX_VALUE));
                }
            };
        }
    }

    @Test
    void changingAByteIsCaught() {
        assertThat(Judge.of(ChangesAByte.class).failed())
                .contains("aCommittedFrameReadsBackByteForByte", "everyPartOfAFrameIsKept");
    }

    static final class ChangesAByte extends Judged {
        @Override
        protected Backend open() {
            return new Bent(medium) {
                @Override
                public List<Frame> read(ReadRequest request) {
                    return right.read(request).stream()
                            .map(frame -> {
                                byte[] bytes = new byte[frame.length()];
                                System.arraycopy(frame.array(), frame.offset(), bytes, 0, bytes.length);
                                bytes[33]++;
                                return Frame.of(bytes, 0);
                            })
                            .toList();
                }
            };
        }
    }
}

package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.tck.CallHistory.Call;
import dev.fluxlog.tck.CallHistory.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallHistoryTest {

    private static boolean explained(Call... calls) {
        return new CallHistory(List.of(calls)).isLinearizable();
    }

    @Test
    void callsOneAfterTheOtherAreExplainedInTheirOrder() {
        assertThat(explained(
                        new Call(Kind.APPEND, 0, 1, 0, 1),
                        new Call(Kind.APPEND_EXPECTING, 1, 2, 2, 3),
                        new Call(Kind.APPEND_EXPECTING, 1, -3, 4, 5),
                        new Call(Kind.LOOK, 0, 2, 6, 7)))
                .isTrue();
    }

    @Test
    void overlappingCallsMayStandInAnyOrder() {
        assertThat(explained(new Call(Kind.APPEND, 0, 2, 0, 9), new Call(Kind.APPEND, 0, 1, 1, 10)))
                .isTrue();
    }

    @Test
    void aSequenceGivenTwiceHasNoExplanation() {
        assertThat(explained(new Call(Kind.APPEND, 0, 1, 0, 9), new Call(Kind.APPEND, 0, 1, 0, 9)))
                .isFalse();
    }

    @Test
    void anAppendThatHadEndedIsSeenByWhoBeginsLater() {
        assertThat(explained(new Call(Kind.APPEND, 0, 1, 0, 1), new Call(Kind.LOOK, 0, 0, 2, 3)))
                .isFalse();
    }

    @Test
    void twoSuccessesOfOneExpectationHaveNoExplanation() {
        assertThat(explained(new Call(Kind.APPEND_EXPECTING, 0, 1, 0, 9), new Call(Kind.APPEND_EXPECTING, 0, 2, 0, 9)))
                .isFalse();
    }
}

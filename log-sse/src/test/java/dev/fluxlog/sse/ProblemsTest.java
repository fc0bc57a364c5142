package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.spec.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Proves("SUB-26")
class ProblemsTest {

    static Stream<Class<?>> failures() {
        return Stream.of(LogException.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureOfALogHasItsProblem(Class<?> failure) {
        assertThat(Problems.knows(failure)).isTrue();
    }

    @Test
    @Proves("SUB-9")
    void theTypeOfAProblemIsTheCodeOfTheFailure() {
        assertThat(Problems.of(new LogException.StreamSealed("a", 1)).code()).isEqualTo("stream-sealed");
        assertThat(text(new LogException.Conflict("a", ExpectedSequence.exactly(3), 5)))
                .isEqualTo(
                        "{\"type\":\"/problems/conflict\",\"title\":\"The expectation does not hold\",\"status\":412,"
                                + "\"detail\":\"Stream 'a' is expected at 3 but is at 5\",\"instance\":\"/requests/1\","
                                + "\"stream\":\"a\",\"expected\":3,\"actual\":5}");
    }

    @Test
    void aDamagedFileIsNotNamed() {
        LogException failure =
                new LogException.Corrupt("a", 7, 0, "streams/12/seg-1.cq4", 99, new RuntimeException("/data/x"));

        assertThat(text(failure))
                .contains("\"stream\":\"a\",\"sequence\":7")
                .doesNotContain("cq4")
                .doesNotContain("/data");
    }

    @Test
    void anUnforeseenFailureSaysNothingAboutItself() {
        assertThat(text(new IllegalStateException("secret")))
                .contains("\"status\":500")
                .doesNotContain("secret");
    }

    @Test
    void aRetryableFailureSaysWhenToComeBack() {
        assertThat(Problems.of(new LogException.Overloaded("waitingAppendsMax", 9))
                        .headers())
                .containsKey("Retry-After");
    }

    @Test
    void foreignTextIsCutAndEscapedBeforeItIsShown() {
        assertThat(Problems.shown("a\r\nb\u2028\ud800")).isEqualTo("a\\u000d\\u000ab\\u2028\\ud800");
        assertThat(Problems.shown("\ud83d\ude00".repeat(70))).isEqualTo("\ud83d\ude00".repeat(64) + "...");
    }

    private static String text(Throwable failure) {
        ByteBuf out = Unpooled.buffer();
        Problems.of(failure).writeTo(out, "/requests/1");
        return out.toString(StandardCharsets.UTF_8);
    }
}

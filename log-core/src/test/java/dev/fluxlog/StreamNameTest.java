package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names there can be. */
class StreamNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "CON", "Ä", "a b", "*", "...", "a$", "\ud83d\ude00", "a\\b", "a:b", "%2e%2e"})
    @Proves("STR-12")
    void takesEveryLegalName(String name) {
        assertThat(StreamName.check(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("illegal")
    @Proves({"STR-12", "SEC-4"})
    void refusesEveryIllegalName(String name) {
        assertThatThrownBy(() -> StreamName.check(name)).isInstanceOfSatisfying(LogException.InvalidName.class, e -> {
            assertThat(e.code()).isEqualTo("invalid-name");
            assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}").hasSizeLessThan(300);
        });
    }

    static String[] illegal() {
        return new String[] {
            "",
            "$all",
            "..",
            ".",
            "a/../b",
            "/a",
            "a/",
            "a//b",
            "a\nb",
            "a\u0000",
            "\u007f",
            "\u0085",
            "\ud800",
            "x".repeat(256),
            "Ä".repeat(128),
            "../../etc"
        };
    }
}

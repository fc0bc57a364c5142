package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessLimitsTest {
    private static long told(String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).isZero();
        return Long.parseLong(answer.trim());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void mappingsAreThoseThatTheSystemAllows() throws Exception {
        assertThat(ProcessLimits.mappings()).isEqualTo(told("cat", "/proc/sys/vm/max_map_count"));
    }

    @Test
    void theBudgetStaysFarBelowBothLimits() {
        assertThat(ProcessLimits.openJournalsMax())
                .isGreaterThanOrEqualTo(16)
                .isLessThanOrEqualTo((int) Math.max(16, ProcessLimits.mappings() / 12))
                .isLessThanOrEqualTo((int) Math.max(16, ProcessLimits.descriptors() / 4));
    }
}

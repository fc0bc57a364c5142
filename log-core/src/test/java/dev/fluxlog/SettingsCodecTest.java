package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Settings as they stand in the catalog. */
class SettingsCodecTest {

    @Test
    void readBackEqual() {
        StreamSettings settings = StreamSettings.defaults()
                .withContentType("text/plain")
                .withRetention(Retention.keep().withMaxAge(Duration.ofMillis(5)).withMaxEvents(7))
                .withTimeToLive(new TimeToLive(Duration.ofNanos(9), Instant.parse("2026-01-01T00:00:00.5Z")));
        assertThat(SettingsCodec.decode(SettingsCodec.encode(settings))).isEqualTo(settings);
        StreamSettings defaults = StreamSettings.defaults();
        assertThat(SettingsCodec.decode(SettingsCodec.encode(defaults))).isEqualTo(defaults);
        assertThat(SettingsCodec.decode(new byte[0])).isEqualTo(defaults);
    }
}

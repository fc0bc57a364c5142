package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999999999Z",
                "2000-02-29T12:00:00.001Z",
                "1900-02-28T23:59:59.5Z",
                "1900-03-01T00:00:00.000001Z",
                "2024-12-31T23:59:59.120Z",
                "0000-01-01T00:00:00Z",
                "0000-02-29T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00Z",
                "-0001-12-31T23:59:59Z"
            })
    void itIsWhatTheLibraryWrites(String text) {
        Instant time = Instant.parse(text);

        assertThat(written(time)).isEqualTo(time.toString());
    }

    @Test
    void itIsWhatTheLibraryWritesForAnyDay() {
        Random random = new Random(Long.getLong("fluxlog.test.seed", 1));
        int[] units = {1, 1_000, 1_000_000, 1_000_000_000};
        for (long day = -720_000; day < 2_950_000; day += 1 + random.nextInt(97)) {
            int unit = units[random.nextInt(units.length)];
            long nanos = random.nextInt(1_000_000_000) / unit * (long) unit;
            Instant time = Instant.ofEpochSecond(day * 86_400 + random.nextInt(86_400), nanos);

            assertThat(written(time)).isEqualTo(time.toString());
        }
    }

    private static String written(Instant time) {
        ByteBuf out = Unpooled.buffer();
        InstantText.write(out, time);
        return out.toString(StandardCharsets.US_ASCII);
    }
}

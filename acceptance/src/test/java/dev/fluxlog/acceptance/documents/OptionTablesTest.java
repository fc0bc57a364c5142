package dev.fluxlog.acceptance.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.LogOptions;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.sse.GatewayOptions;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide to embedding tells every option, with the default that it has. */
final class OptionTablesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| ([^|]+) \\| [^|]+ \\|$");
    private static final Pattern TABLE =
            Pattern.compile("(?ms)^`(\\w+)`, (?:for|when) .*?(?=^`\\w+`, (?:for|when) |\\z)");

    /** Its default depends on the machine. */
    private static final String MEASURED = "openJournalsMax";

    static Stream<Record> defaults() {
        return Stream.of(LogOptions.defaults(), ChronicleOptions.defaults(), GatewayOptions.defaults());
    }

    @ParameterizedTest
    @MethodSource("defaults")
    void everyOptionStandsInTheGuideWithItsDefault(Record options) throws ReflectiveOperationException {
        Map<String, String> expected = new LinkedHashMap<>();
        for (RecordComponent option : options.getClass().getRecordComponents()) {
            expected.put(
                    option.getName(),
                    shown(option.getName(), option.getAccessor().invoke(options)));
        }
        assertThat(table(options.getClass().getSimpleName())).isEqualTo(expected);
    }

    private static Map<String, String> table(String type) {
        List<MatchResult> tables = TABLE.matcher(Documents.text("docs/guides/embedding.md"))
                .results()
                .toList();
        Map<String, String> rows = new LinkedHashMap<>();
        tables.stream()
                .filter(table -> table.group(1).equals(type))
                .flatMap(table -> ROW.matcher(table.group()).results())
                .forEach(row -> rows.put(row.group(1), row.group(2)));
        return rows;
    }

    private static String shown(String name, Object value) {
        if (name.equals(MEASURED)) {
            return "from the limits of the process";
        }
        if (value instanceof Clock) {
            return "the system's";
        }
        if (value instanceof Duration time) {
            return time.toSeconds() + " s";
        }
        if (value instanceof Number number) {
            return shown(name, number.longValue());
        }
        return value instanceof Boolean ? value.toString() : "`" + value + "`";
    }

    private static String shown(String name, long number) {
        if (name.contains("Bytes")) {
            return number % (1 << 20) == 0 ? (number >> 20) + " MiB" : (number >> 10) + " KiB";
        }
        return name.equals("port") ? Long.toString(number) : String.format(Locale.ROOT, "%,d", number);
    }
}

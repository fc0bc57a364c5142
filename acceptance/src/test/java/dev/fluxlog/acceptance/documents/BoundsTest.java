package dev.fluxlog.acceptance.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.LogOptions;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.spec.Proves;
import dev.fluxlog.sse.GatewayOptions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every bound of the code stands in the guide, with its default, and no other does. */
final class BoundsTest {
    private static final List<String> MODULES = List.of("log-core", "log-chronicle", "log-sse", "log-cli");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\| ([^|]+) \\| [^|]+ \\| [^|]*\\|$");
    private static final Pattern CONSTANT =
            Pattern.compile("(?m)^ {4,8}(?:public |private )?static final (?:int|long|Duration) (\\w+_MAX) ");
    private static final Pattern CLASS = Pattern.compile("(?:class|record|interface) (\\w+)[^{]*\\{");

    @Test
    @Proves("LIM-8")
    void theGuideNamesAllBoundsThereAreWithTheirDefaults() throws Exception {
        Map<String, String> there = new TreeMap<>(constants());
        for (Record options : List.of(LogOptions.defaults(), ChronicleOptions.defaults(), GatewayOptions.defaults())) {
            for (RecordComponent option : options.getClass().getRecordComponents()) {
                if (option.getName().endsWith("Max")) {
                    there.put(
                            option.getName(),
                            shown(option.getName(), option.getAccessor().invoke(options)));
                }
            }
        }
        Map<String, String> told = new TreeMap<>();
        ROW.matcher(Documents.text("docs/guides/bounds.md"))
                .results()
                .forEach(row -> told.put(row.group(1), row.group(2)));

        assertThat(told).isEqualTo(there);
    }

    private static Map<String, String> constants() throws Exception {
        Map<String, String> found = new TreeMap<>();
        for (String module : MODULES) {
            Path sources = Documents.root().resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                    String text = Files.readString(file);
                    for (MatchResult constant : CONSTANT.matcher(text).results().toList()) {
                        Field field = field(sources, file, text, constant);
                        found.put(
                                field.getDeclaringClass().getSimpleName() + "." + field.getName(),
                                shown(field.getName(), field.get(null)));
                    }
                }
            }
        }
        return found;
    }

    /** Of the file's class, or of the nested one that is declared last before it. */
    private static Field field(Path sources, Path file, String text, MatchResult constant)
            throws ReflectiveOperationException, IOException {
        String outer = sources.relativize(file).toString().replace('/', '.').replaceAll("\\.java$", "");
        String simple = outer.substring(outer.lastIndexOf('.') + 1);
        String owner = simple;
        Matcher classes = CLASS.matcher(text.substring(0, constant.start()));
        while (classes.find()) {
            owner = classes.group(1);
        }
        boolean nested = !owner.equals(simple) && constant.group().startsWith("        ");
        Field field = Class.forName(nested ? outer + "$" + owner : outer).getDeclaredField(constant.group(1));
        field.setAccessible(true);
        return field;
    }

    private static String shown(String name, Object value) {
        if (name.equals("openJournalsMax")) {
            return "from the limits of the process";
        }
        if (value instanceof Duration time) {
            return time.toSeconds() + " s";
        }
        long number = ((Number) value).longValue();
        boolean bytes = name.contains("Bytes") || name.contains("BYTES");
        if (bytes && number % 1024 == 0) {
            int unit = number % (1 << 30) == 0 ? 3 : number % (1 << 20) == 0 ? 2 : 1;
            return (number >> (10 * unit)) + List.of("", " KiB", " MiB", " GiB").get(unit);
        }
        return String.format(Locale.ROOT, "%,d", number);
    }
}

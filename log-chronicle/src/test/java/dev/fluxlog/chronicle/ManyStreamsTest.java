package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link ManyStreams} in a process with few descriptors and little memory. {@code reliability/many-streams} runs it with
 * more streams, and prints what it took.
 */
class ManyStreamsTest {
    private static final int STREAMS = Integer.getInteger("fluxlog.streams", 1_000);
    private static final String HEAP = System.getProperty("fluxlog.streams.heap", "64m");
    private static final int DESCRIPTORS = 256;

    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    @Proves({"LIM-9", "STR-34"})
    void manyMoreStreamsThanDescriptorsAreAppendedToAndRead() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$@\"", "-"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx" + HEAP, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(
                List.of(ManyStreams.class.getName(), directory.resolve("log").toString(), "" + STREAMS));
        Path report = directory.resolve("report");
        Process process = new ProcessBuilder(command)
                .redirectOutput(report.toFile())
                .redirectError(directory.resolve("errors").toFile())
                .start();
        try {
            assertThat(process.waitFor(STREAMS < 10_000 ? 3 : 30, TimeUnit.MINUTES))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String told = Files.readString(report, StandardCharsets.US_ASCII);
        Path kept = Path.of(System.getProperty("fluxlog.streams.report", "target/many-streams.txt"));
        Files.writeString(kept, told);
        assertThat(process.exitValue())
                .as(told + Files.readString(directory.resolve("errors")))
                .isZero();
        assertThat(figure(told, "descriptors, most at once")).isBetween(1.0, (double) DESCRIPTORS);
        assertThat(figure(told, "disk per stream that rests")).isBetween(1.0, 20.0);
    }

    private static double figure(String told, String name) {
        Matcher line = Pattern.compile(Pattern.quote(name) + " +([0-9.,]+)").matcher(told);
        assertThat(line.find()).as(told).isTrue();
        return Double.parseDouble(line.group(1).replace(",", ""));
    }
}

package dev.fluxlog.acceptance.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tour of the README, typed as it stands there; only the port is another, and the command is the packaged jar. */
final class ReadmeTourTest {
    private static final String PORT = "4437";

    /** @param promised lines that appear after it */
    private record Step(String command, List<String> promised) {}

    @Test
    @Timeout(300)
    void theTourGoesAsItIsWritten(@TempDir Path folder) throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("fluxlog.jar", "../log-cli/target/fluxlog.jar"))
                .toAbsolutePath()
                .normalize();
        assumeTrue(Files.isRegularFile(jar), "The command is not packaged: process tests run from mvn verify on");
        for (String tool : List.of("sh", "curl", "git")) {
            assumeTrue(isInstalled(tool), "There is no " + tool + " on this machine");
        }
        String port = freePort();
        command(folder, jar, port);
        List<Step> steps = steps(port);
        assertThat(steps).hasSizeGreaterThan(5);
        try (TourShell shell = new TourShell(folder, environment(folder, port))) {
            shell.run(
                    "git init -q . && git commit -q --allow-empty -m first && git commit -q --allow-empty -m second; echo '~'",
                    List.of("~"));
            for (Step step : steps) {
                shell.run(step.command(), step.promised());
            }
            shell.end();
        }
    }

    @Test
    void anEllipsisStandsForAnythingOnItsLine() {
        assertThat("{\"a\":1,\"time\":\"now\",\"b\":2}").matches(TourShell.pattern("{\"a\":1,…\"b\":2}"));
        assertThat("{\"a\":1,\n\"b\":2}").doesNotMatch(TourShell.pattern("{\"a\":1,…\"b\":2}"));
    }

    private static List<Step> steps(String port) {
        List<Step> steps = new ArrayList<>();
        for (String block : Documents.blocks("README.md", "console")) {
            for (String line : block.replace(PORT, port).lines().toList()) {
                if (line.startsWith("$ ")) {
                    steps.add(new Step(line.substring(2), new ArrayList<>()));
                } else {
                    steps.get(steps.size() - 1).promised().add(line);
                }
            }
        }
        return steps;
    }

    /** What ./fluxlog is in a checkout, without the building. */
    private static void command(Path folder, Path jar, String port) throws IOException {
        Path command = folder.resolve("fluxlog");
        Files.writeString(command, """
                #!/bin/sh
                if [ "$1" = serve ]; then set -- "$@" --listen 127.0.0.1:%s; fi
                exec '%s/bin/java' -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow \\
                    -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx256m -Djava.io.tmpdir='%s' -jar '%s' "$@"
                """.formatted(port, System.getProperty("java.home"), folder, jar));
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Map<String, String> environment(Path folder, String port) {
        return Map.ofEntries(
                Map.entry("FLUXLOG_URL", "http://127.0.0.1:" + port),
                Map.entry("HOME", folder.toString()),
                Map.entry("GIT_AUTHOR_NAME", "a"),
                Map.entry("GIT_AUTHOR_EMAIL", "a@example.com"),
                Map.entry("GIT_COMMITTER_NAME", "a"),
                Map.entry("GIT_COMMITTER_EMAIL", "a@example.com"),
                Map.entry("no_proxy", "127.0.0.1"));
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
}

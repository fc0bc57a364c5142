package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The classes of the packaged server as the JVM wants them, made once for all children of a test run: most of what they
 * would do before they are ready is loading classes.
 */
final class ClassArchive {
    private static final Duration START_MAX = ChildProcess.PATIENCE.multipliedBy(3);

    private static @Nullable Path file;

    private ClassArchive() {}

    /** Options of a child that runs the packaged jar. */
    static synchronized List<String> options() {
        Path made = file;
        if (made == null) {
            made = make();
            file = made;
        }
        // What the JVM has to say about an archive, it would say on standard output.
        return List.of("-XX:SharedArchiveFile=" + made, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }

    private static Path make() {
        try {
            Path directory = Files.createTempDirectory("fluxlog-classes");
            Path archive = directory.resolve("fluxlog.jsa");
            Path data = directory.resolve("data");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory.toFile())));
            List<String> command = new ArrayList<>(ChildProcess.java());
            command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Djava.io.tmpdir=" + directory, "-jar"));
            command.addAll(List.of(FluxlogJar.path().toString(), "serve", "--data", data.toString()));
            command.addAll(List.of("--listen", "127.0.0.1:0"));
            Path output = directory.resolve("output");
            Process server = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                await().atMost(START_MAX)
                        .until(() ->
                                !server.isAlive() || Files.readString(output).contains("ready"));
                server.destroy();
                assertThat(server.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            } finally {
                server.destroyForcibly();
            }
            assertThat(archive).as(Files.readString(output)).exists();
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void delete(File file) {
        File[] below = file.listFiles();
        if (below != null) {
            for (File one : below) {
                delete(one);
            }
        }
        file.delete();
    }
}

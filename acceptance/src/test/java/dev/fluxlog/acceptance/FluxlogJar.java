package dev.fluxlog.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The packaged command, which exists from the package phase of its module on. */
final class FluxlogJar {
    private FluxlogJar() {}

    static Path path() {
        Path jar = Path.of(System.getProperty("fluxlog.jar", "../log-cli/target/fluxlog.jar"));
        Assumptions.assumeTrue(
                Files.isRegularFile(jar), "The command is not packaged: process tests run from mvn verify on");
        return jar.toAbsolutePath().normalize();
    }
}

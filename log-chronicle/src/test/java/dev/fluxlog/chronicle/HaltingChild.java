package dev.fluxlog.chronicle;

import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A child JVM that ends at a named step of a durable operation, without a word to anybody. */
final class HaltingChild {
    static final int HALTED = 77;

    /** Steps of {@link MaintenanceCrashTest}. */
    static final String MAINTENANCE = "(INIT|BACKUP|RESTORE|REPAIR)_.*";

    /** What is lost with the power is lost between two runs: the step of {@link LostNumbersTest}. */
    static final String LOST = "RECOVER_LOST";

    private HaltingChild() {}

    /** Runs the main method of a class. */
    static Process start(Class<?> main, Path errors, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }

    static CrashPoints at(Step halt) {
        return step -> {
            if (step == halt) {
                Runtime.getRuntime().halt(HALTED);
            }
        };
    }
}

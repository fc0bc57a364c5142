package dev.fluxlog.benchmarks;

import dev.fluxlog.benchmarks.peer.Targets;
import java.util.Arrays;

/** Makes one measurement: {@code KIND --option value ...}. */
public final class Main {
    private Main() {}

    public static void main(String[] words) throws Exception {
        Arguments arguments = new Arguments(words, 1);
        switch (words[0]) {
            case "append" -> append(arguments);
            default -> throw new IllegalArgumentException("no such measurement: " + Arrays.toString(words));
        }
        // Clients of some peers leave threads behind.
        System.exit(0);
    }

    private static void append(Arguments arguments) throws Exception {
        Workload workload = Workload.of(arguments);
        Results results = new Results(arguments);
        try (AppendTarget target = Targets.open(arguments.required("target"), workload)) {
            new AppendLoad(target, workload).run(results);
        }
        results.write();
    }
}

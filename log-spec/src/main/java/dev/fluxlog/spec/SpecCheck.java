package dev.fluxlog.spec;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Command that compares the specification with the tests that were run: {@code [--all] [--complete] [--judged]
 * SPEC-DIRECTORY ROOT}.
 *
 * <p>It reads the tables in the directory and every {@code target/proofs/*.tsv} below the root. It fails for an id used
 * twice, a link to an unknown or retired id, a linked test that failed, a criterion said to be met without a linked test
 * that passed, and for text it cannot understand. A skipped test is listed with its reason and proves nothing. With
 * {@code --all} each criterion has a line, with {@code --complete} an open criterion is a failure too. With
 * {@code --judged} it reads the {@code target/rulings/*.tsv} of the judges as well, and fails for one against us and for a
 * criterion said to be met that needs a judge and has none.
 *
 * <p>It knows the tests by their records alone. Therefore the build empties each module's {@code target/proofs} before
 * the module's tests and runs the check once, after all modules: after a build of a part of the modules criteria proved
 * elsewhere would seem unproved, and records of a former run would speak for tests that are no longer there.
 *
 * <p>Exit status: 0 all is well, 1 there are problems, 2 the check could not be made.
 */
public final class SpecCheck {

    private static final String ALL = "--all";
    private static final String COMPLETE = "--complete";
    private static final String JUDGED = "--judged";
    private static final String USAGE = "Usage: SpecCheck [--all] [--complete] [--judged] SPEC-DIRECTORY ROOT";

    private final PrintStream out;

    SpecCheck(PrintStream out) {
        this.out = out;
    }

    /** Ends the virtual machine with the exit status. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new SpecCheck(out).run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        List<String> flags =
                arguments.stream().filter(word -> word.startsWith("--")).toList();
        List<String> paths =
                arguments.stream().filter(word -> !word.startsWith("--")).toList();
        if (paths.size() != 2 || !List.of(ALL, COMPLETE, JUDGED).containsAll(flags)) {
            out.println(USAGE);
            return 2;
        }
        try {
            return check(Path.of(paths.get(0)), Path.of(paths.get(1)), flags);
        } catch (UncheckedIOException failure) {
            out.println(failure.getMessage() + ": " + failure.getCause());
            return 2;
        }
    }

    private int check(Path directory, Path root, List<String> flags) {
        Judgement.Openness openness =
                flags.contains(COMPLETE) ? Judgement.Openness.REFUSED : Judgement.Openness.ALLOWED;
        Specification specification = Specification.in(directory.normalize());
        Judgement judgement = Judgement.of(specification, ProofScan.below(root.normalize()), openness);
        Report report = new Report(judgement);
        boolean judged = flags.contains(JUDGED);
        Rulings rulings = new Rulings(
                specification,
                judged ? ProofScan.rulingsBelow(root.normalize()) : new RecordedProofs(List.of(), List.of()));
        List<Problem> unjudged = judged ? rulings.problems() : List.of();
        Stream<String> criteria = flags.contains(ALL) ? report.criteria() : Stream.empty();
        Stream.of(
                        criteria,
                        report.skips(),
                        rulings.lines().stream(),
                        report.problems(),
                        unjudged.stream().map(Problem::toString),
                        report.totals())
                .flatMap(lines -> lines)
                .forEach(out::println);
        return judgement.problems().isEmpty() && unjudged.isEmpty() ? 0 : 1;
    }
}

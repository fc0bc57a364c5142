package dev.fluxlog.spec;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A judgement as lines of text. */
final class Report {

    private final Judgement judgement;

    Report(Judgement judgement) {
        this.judgement = judgement;
    }

    /** One line per criterion: status, finding, and how many tests passed, failed and were skipped. */
    Stream<String> criteria() {
        return judgement.verdicts().stream().map(Report::line);
    }

    /** One line per test that was skipped, with its reason. */
    Stream<String> skips() {
        return judgement.recorded().proofs().stream()
                .filter(proof -> proof.outcome().kind() == Outcome.Kind.SKIPPED)
                .map(proof -> "skipped " + proof.id() + " " + proof.proof().test() + ": "
                        + proof.outcome().reason());
    }

    /** One line per reason to fail. */
    Stream<String> problems() {
        return judgement.problems().stream().map(Problem::toString);
    }

    /** One line per file and the totals. */
    Stream<String> totals() {
        List<SpecFile> files = judgement.specification().files();
        return Stream.concat(
                files.stream().map(file -> line(file.name(), List.of(file))), Stream.of(line("total", files)));
    }

    private static String line(Verdict verdict) {
        String line = text(
                "%-8s %-4s  %-7s  passed %d, failed %d, skipped %d",
                verdict.criterion().id(),
                verdict.criterion().status().word(),
                verdict.finding(),
                verdict.count(Outcome.Kind.PASSED),
                verdict.count(Outcome.Kind.FAILED),
                verdict.count(Outcome.Kind.SKIPPED));
        String reasons = verdict.skipReasons();
        return reasons.isEmpty() ? line : line + " (" + reasons + ")";
    }

    private static String line(String name, List<SpecFile> files) {
        long met = files.stream().mapToLong(file -> file.count(Status.MET)).sum();
        long open = files.stream().mapToLong(file -> file.count(Status.OPEN)).sum();
        return text("%-14s met %3d  open %3d  total %3d", name, met, open, met + open);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

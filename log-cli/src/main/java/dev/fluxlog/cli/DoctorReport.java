package dev.fluxlog.cli;

import dev.fluxlog.chronicle.Diagnosis;
import dev.fluxlog.chronicle.Diagnosis.Check;
import dev.fluxlog.chronicle.Diagnosis.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A diagnosis as it is printed. */
record DoctorReport(Diagnosis diagnosis) {

    /** For people: a line for each check, and below it what was found and what a repair would do. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Check check : diagnosis.checks()) {
            lines.add(String.format(
                    Locale.ROOT, "%-8s %-16s %s", word(check.status()), check.id(), Printable.of(check.message())));
            check.findings().forEach(finding -> lines(finding, lines));
            if (check.found() > check.findings().size()) {
                lines.add("         and " + (check.found() - check.findings().size()) + " more");
            }
        }
        return lines;
    }

    private static void lines(Finding finding, List<String> lines) {
        String place = finding.file().isEmpty()
                ? ""
                : " [" + finding.file() + (finding.offset() < 0 ? "" : " at " + finding.offset()) + "]";
        lines.add("           " + Printable.of(finding.what() + place));
        if (!finding.plan().isEmpty()) {
            lines.add("           --fix " + Printable.of(finding.plan()));
        }
    }

    /** @param before the diagnosis that a repair began with, or null when there was none */
    String json(@Nullable Diagnosis before) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("format", "fluxlog-doctor");
        object.put("version", (long) Diagnosis.VERSION);
        object.put("clean", diagnosis.isClean());
        object.put("checks", checks(diagnosis));
        if (before != null) {
            object.put("before", checks(before));
        }
        return EventJson.text(object);
    }

    private static List<Object> checks(Diagnosis diagnosis) {
        List<Object> checks = new ArrayList<>();
        for (Check check : diagnosis.checks()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("id", check.id());
            object.put("status", word(check.status()));
            object.put("message", check.message());
            object.put("found", check.found());
            object.put(
                    "findings",
                    check.findings().stream().map(DoctorReport::object).toList());
            checks.add(object);
        }
        return checks;
    }

    private static Map<String, Object> object(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("severity", word(finding.severity()));
        object.put("what", finding.what());
        if (!finding.stream().isEmpty()) {
            object.put("stream", finding.stream());
        }
        if (finding.first() > 0) {
            object.put("first", finding.first());
            object.put("through", finding.through());
        }
        if (!finding.file().isEmpty()) {
            object.put("file", finding.file());
        }
        if (finding.offset() >= 0) {
            object.put("offset", finding.offset());
        }
        object.put("plan", finding.plan());
        return object;
    }

    private static String word(Diagnosis.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}

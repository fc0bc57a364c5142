package dev.fluxlog.cli;

import dev.fluxlog.LogException;
import dev.fluxlog.chronicle.Diagnosis;
import dev.fluxlog.chronicle.Diagnosis.Check;
import dev.fluxlog.chronicle.Diagnosis.Finding;
import dev.fluxlog.chronicle.Diagnosis.Status;
import dev.fluxlog.chronicle.Doctor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be told of a log while a process has it open: what that process says, and nothing about its files. */
final class OnlineExamination {
    /** The log takes and serves events. */
    static final String SERVICE = "service";

    /** What background work of the owner has found, re-reading of stored data among it. */
    static final String BACKGROUND = "background";

    private OnlineExamination() {}

    /** @param status as the gateway gives it */
    static Diagnosis of(Map<String, Object> status, LogException.Busy busy) {
        List<Check> checks = new ArrayList<>();
        String state = String.valueOf(status.get("state"));
        boolean serving = state.equals("serving");
        checks.add(check(
                SERVICE,
                serving ? "The log takes and serves events, at position " + status.get("position") : "",
                serving ? List.of() : List.of("The log is " + state + ", and takes no events")));
        List<String> findings = new ArrayList<>();
        if (status.get("findings") instanceof List<?> told) {
            told.forEach(finding -> findings.add(String.valueOf(finding)));
        }
        checks.add(check(BACKGROUND, "Background work has found nothing", findings));
        for (String id : Doctor.checks()) {
            checks.add(new Check(id, Status.SKIPPED, "skipped: " + busy.getMessage(), List.of(), 0));
        }
        return new Diagnosis(checks);
    }

    private static Check check(String id, String whenOk, List<String> found) {
        List<Finding> findings = found.stream()
                .map(what -> new Finding(Status.ERROR, what, "", 0, 0, "", -1, ""))
                .toList();
        return findings.isEmpty()
                ? new Check(id, Status.OK, whenOk, findings, 0)
                : new Check(id, Status.ERROR, found.get(0), findings, findings.size());
    }
}

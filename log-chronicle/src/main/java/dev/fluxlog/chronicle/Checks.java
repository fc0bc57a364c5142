package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.Diagnosis.Finding;
import dev.fluxlog.chronicle.Diagnosis.Status;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Gathers findings by check. Not thread-safe. */
final class Checks {
    /** The checks, in the order in which they are made and told. */
    enum Id {
        ACCESS("access", "Everything may be read and written"),
        FREE_SPACE("free-space", "There is room for commits"),
        OWNER("owner", "Nobody has left a record of a log that is open"),
        VERSIONS("versions", "Everything was written in a version known here"),
        MANIFEST("manifest", "The manifest is whole"),
        COMMIT_JOURNAL("commit-journal", "The commit journal is whole up to its end"),
        ACKNOWLEDGED("acknowledged", "The commit journal holds all that was acknowledged"),
        STREAM_JOURNALS("stream-journals", "Every event is in the journal of its stream"),
        ORDER("order", "The order of commit is whole"),
        MARKS("marks", "No journal goes beyond the marks of its stream"),
        LEFTOVERS("leftovers", "No interrupted step has left anything"),
        STRAYS("strays", "There is nothing that does not belong here"),
        QUARANTINE("quarantine", "Bytes that were set aside");

        final String text;
        private final String whenOk;

        Id(String text, String whenOk) {
            this.text = text;
            this.whenOk = whenOk;
        }
    }

    private final Map<Id, List<Finding>> findings = new EnumMap<>(Id.class);
    private final Map<Id, Long> counts = new EnumMap<>(Id.class);
    private final Map<Id, String> skipped = new EnumMap<>(Id.class);
    private final Map<Id, String> messages = new EnumMap<>(Id.class);

    void add(Id check, Finding finding) {
        counts.merge(check, 1L, Long::sum);
        List<Finding> found = findings.computeIfAbsent(check, id -> new ArrayList<>());
        if (found.size() < Diagnosis.Check.FINDINGS_MAX) {
            found.add(finding);
        }
    }

    /** A finding about a file as a whole. */
    void add(Id check, Status severity, String what, String file, String plan) {
        add(check, new Finding(severity, what, "", 0, 0, file, -1, plan));
    }

    /** What a scan threw: news from a later release, or damage, or a file that cannot be read. */
    void add(Id check, StorageException failure, String plan) {
        boolean later = failure.kind() == StorageException.Kind.UNSUPPORTED_VERSION;
        String stream = failure.stream() == 0 ? "" : String.valueOf(failure.stream());
        add(
                later ? Id.VERSIONS : check,
                new Finding(
                        Status.ERROR,
                        failure.getMessage(),
                        stream,
                        failure.sequence(),
                        failure.sequence(),
                        failure.file(),
                        failure.offset(),
                        later ? "" : plan));
        if (later) {
            skip(check, "it was written by a later release");
        }
    }

    void skip(Id check, String why) {
        skipped.put(check, why);
    }

    /** Replaces the sentence that is told when all is well. */
    void tell(Id check, String message) {
        messages.put(check, message);
    }

    boolean hasError(Id check) {
        return findings.getOrDefault(check, List.of()).stream().anyMatch(f -> f.severity() == Status.ERROR);
    }

    Diagnosis diagnosis() {
        List<Diagnosis.Check> checks = new ArrayList<>();
        for (Id id : Id.values()) {
            List<Finding> found = findings.getOrDefault(id, List.of());
            checks.add(new Diagnosis.Check(id.text, status(id, found), message(id, found), found, count(id)));
        }
        return new Diagnosis(checks);
    }

    private Status status(Id id, List<Finding> found) {
        if (!found.isEmpty()) {
            return hasError(id) ? Status.ERROR : Status.WARN;
        }
        return skipped.containsKey(id) ? Status.SKIPPED : Status.OK;
    }

    private long count(Id id) {
        return counts.getOrDefault(id, 0L);
    }

    private String message(Id id, List<Finding> found) {
        if (!found.isEmpty()) {
            return found.get(0).what() + (count(id) > 1 ? ", and " + (count(id) - 1) + " more" : "");
        }
        return skipped.containsKey(id) ? "skipped: " + skipped.get(id) : messages.getOrDefault(id, id.whenOk);
    }
}

package dev.fluxlog.chronicle;

import dev.fluxlog.chronicle.Checks.Id;
import dev.fluxlog.chronicle.Diagnosis.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Looks at the names of all files of a log: what an interrupted step has left, what does not belong there, and what lies
 * in quarantine.
 *
 * <p>Beside the log's own files its directory may hold other things of other people; they are nobody's business. Below
 * {@code commit} and {@code streams} everything is ours.
 */
final class TreeSurvey {
    private static final Set<String> COMMIT_FILES = Set.of("acknowledged", "next");

    /** Of no use to anybody but the step that was about to use them. */
    private static final Set<String> PREPARED = Set.of("next.tmp", "large", "large.tmp", "lost.tmp");

    private final Medium medium;
    private final Checks checks;
    private final List<Mending> mendings;

    TreeSurvey(Medium medium, Checks checks, List<Mending> mendings) {
        this.medium = medium;
        this.checks = checks;
        this.mendings = mendings;
    }

    /** @param known whether there is or was a stream with this number */
    void run(LongPredicate known) throws IOException {
        leftover(medium.root().resolve("manifest.tmp"));
        leftover(medium.root().resolve("manifest.copy.tmp"));
        leftover(medium.directory().resolve("OWNER.tmp"));
        leftover(medium.root().resolve("commit.head.tmp"));
        besideTheLog();
        for (Path file : medium.disk().list(medium.trashDirectory())) {
            leftover(file);
        }
        for (Path entry : medium.disk().list(medium.quarantineDirectory())) {
            if (SegmentProbe.isProbe(entry)) {
                leftover(entry);
            }
        }
        for (Path file : medium.disk().list(medium.commitDirectory())) {
            commitFile(file);
        }
        for (Path shard : medium.disk().list(medium.streamsDirectory())) {
            List<Path> journals = medium.disk().list(shard);
            if (!name(shard).matches("[0-9a-f]{2}")) {
                stray(shard, Status.WARN, "is no directory of journals");
                continue;
            }
            for (Path journal : journals) {
                journal(journal, known);
            }
        }
        quarantine();
        access(medium.root());
    }

    /** What a former owner wrote after the log was taken away from it, and what an interrupted takeover has left. */
    private void besideTheLog() throws IOException {
        for (Path path : medium.disk().list(medium.directory())) {
            String name = name(path);
            boolean isOurs = Takeover.isMade(name) || Takeover.MOVED.contains(name.replaceFirst("\\.tmp$", ""));
            if (name.matches("LOCK\\..*\\.tmp")) {
                leftover(path);
            } else if (isOurs && !medium.root().equals(medium.directory()) && !path.equals(medium.root())) {
                stray(path, Status.WARN, "was written by a former owner, after the log was taken over");
            }
        }
    }

    private void access(Path path) throws IOException {
        if (!medium.disk().isAccessible(path)) {
            checks.add(
                    Id.ACCESS,
                    Status.ERROR,
                    "'" + medium.name(path) + "' may not be read and written by this process",
                    medium.name(path),
                    "");
        }
        for (Path below : medium.disk().list(path)) {
            access(below);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private void commitFile(Path file) {
        String name = name(file);
        if (PREPARED.contains(name)) {
            leftover(file);
        } else if (CommitSegment.numberOf(file) < 0 && !COMMIT_FILES.contains(name)) {
            stray(file, Status.WARN, "is no part of the commit journal");
        }
    }

    private void journal(Path journal, LongPredicate known) throws IOException {
        long number = numberOf(medium, journal);
        if (number < 0) {
            stray(journal, Status.WARN, "is no directory of a journal");
            return;
        }
        if (number > 0 && !known.test(number)) {
            stray(journal, Status.WARN, "is the journal of no stream there ever was");
            return;
        }
        for (Path file : medium.disk().list(journal)) {
            String name = name(file);
            if (SegmentName.numberOf(file) < 0
                    && !name.equals(SegmentName.METADATA)
                    && !SegmentName.isSealedMark(file)) {
                boolean blocks = name.endsWith(".cq4");
                stray(
                        file,
                        blocks ? Status.ERROR : Status.WARN,
                        blocks ? "is no segment of ours and keeps the journal from opening" : "is no segment of ours");
            }
        }
    }

    /** Number of the stream whose journal stands there, or -1. */
    static long numberOf(Medium medium, Path journal) {
        String name = name(journal);
        if (!name.matches("[0-9a-f]{16}")) {
            return -1;
        }
        long number = Long.parseUnsignedLong(name, 16);
        return number >= 0 && medium.streamDirectory(number).equals(journal) ? number : -1;
    }

    private void leftover(Path path) {
        if (medium.disk().exists(path)) {
            checks.add(
                    Id.LEFTOVERS,
                    Status.WARN,
                    medium.name(path) + " was left by an interrupted step",
                    medium.name(path),
                    "removes it; nothing in it is needed");
            mendings.add(writable -> remove(writable, path));
        }
    }

    private static void remove(Medium medium, Path path) throws IOException {
        for (Path file : medium.disk().list(path)) {
            medium.disk().delete(file);
        }
        medium.disk().delete(path);
        Path parent = path.getParent();
        if (parent != null) {
            medium.disk().forceDirectory(parent);
        }
    }

    private void stray(Path path, Status severity, String what) {
        checks.add(
                Id.STRAYS, severity, medium.name(path) + " " + what, medium.name(path), "moves it into the quarantine");
        mendings.add(writable -> {
            String name = writable.name(path).replace('/', '-');
            Quarantine.move(writable, path, "stray-" + name);
            Path parent = path.getParent();
            if (parent != null) {
                writable.disk().forceDirectory(parent);
            }
        });
    }

    private void quarantine() throws IOException {
        List<Path> kept = new ArrayList<>();
        for (Path entry : medium.disk().list(medium.quarantineDirectory())) {
            if (!SegmentProbe.isProbe(entry)) {
                List<Path> files = medium.disk().list(entry);
                kept.addAll(files.isEmpty() ? List.of(entry) : files);
            }
        }
        long bytes = 0;
        for (Path file : kept) {
            bytes += medium.disk().identity(file).bytes();
        }
        checks.tell(
                Id.QUARANTINE,
                kept.isEmpty()
                        ? "Nothing was ever set aside"
                        : String.format(
                                Locale.ROOT,
                                "%d files with %d bytes were set aside; nobody reads or deletes them",
                                kept.size(),
                                bytes));
    }
}

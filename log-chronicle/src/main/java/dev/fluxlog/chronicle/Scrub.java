package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads what is stored again and again, slowly, while the log works, so that damage is known before somebody needs what
 * it hits.
 *
 * <p>A pass reads, by plain reads like the doctor: both copies of the manifest; the commit journal from where it is needed through the
 * last acknowledged group; and each journal through what it held at the checkpoint. What was written since is in that part
 * of the commit journal. It takes part in nothing, mends nothing and stops nothing: it tells, in the status of the log.
 *
 * <p>One thread, {@code fluxlog-scrub}, at the lowest priority; all its reads pass the {@link Pacer}.
 */
final class Scrub implements AutoCloseable {
    /** Most findings that are told; the last one counts the rest. */
    static final int FINDINGS_MAX = 8;

    private static final long FIRST_PAUSE_MILLIS = 60_000;
    private static final long PAUSE_MILLIS = 3_600_000;

    private final Medium medium;
    private final Pacer pacer;
    private final Thread thread;
    private volatile List<String> findings = List.of();

    Scrub(Medium medium, long bytesPerSecond) {
        this.pacer = new Pacer(bytesPerSecond, System::nanoTime);
        this.medium = medium.through(new ReadOnlyDisk(medium.disk(), pacer::take));
        this.thread = Threads.start("fluxlog-scrub", this::work);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    private void work() {
        try {
            pacer.pause(FIRST_PAUSE_MILLIS);
            while (true) {
                pass();
                pacer.pause(PAUSE_MILLIS);
            }
        } catch (Pacer.Closed end) {
            // The log closes.
        }
    }

    /** Reads everything once. */
    void pass() {
        List<String> found = new ArrayList<>();
        try {
            pass(found);
        } catch (Pacer.Closed end) {
            throw end;
        } catch (IOException | RuntimeException e) {
            found.add("Stored data could not be read again: " + word(e));
        }
        int rest = found.size() - FINDINGS_MAX;
        if (rest > 0) {
            found = new ArrayList<>(found.subList(0, FINDINGS_MAX - 1));
            found.add("and " + (rest + 1) + " more findings");
        }
        findings = List.copyOf(found);
    }

    /** Without a path: this is told to whoever may ask for the status. */
    private static String word(Exception e) {
        return e instanceof StorageException storage
                ? storage.kind().name().toLowerCase(Locale.ROOT)
                : e.getClass().getSimpleName();
    }

    private void pass(List<String> found) throws IOException {
        BackupPoint point;
        byte[] before = manifest();
        try {
            if (ManifestFile.read(medium).damage() != null || ManifestFile.damagedCopy(medium) != null) {
                found.add("One of the two copies of the manifest cannot be read; see the doctor");
            }
            point = BackupPoint.read(medium, (group, held) -> {});
        } catch (StorageException | IOException e) {
            // A checkpoint may have freed what was being read.
            if (!Arrays.equals(before, manifest())) {
                return;
            }
            found.add("The manifest or the commit journal cannot be read: " + word(e) + "; see the doctor");
            return;
        }
        Catalog catalog = new Catalog(
                point.checkpoint().place().position(), point.checkpoint().streams());
        for (StreamState state : point.checkpoint().streams()) {
            long from = catalog.lowestNeeded(state.number());
            from = state.fork().isNone() ? from : Math.max(from, state.fork().sequence() + 1);
            String name = " of stream '" + state.name() + "' cannot be read";
            journal(state.number(), from, point.heldByJournal(state.number()), name, found);
        }
        String name = " of the order of commit cannot be read";
        journal(OrderExcerpt.STREAM, 1, point.heldByJournal(OrderExcerpt.STREAM), name, found);
    }

    private byte[] manifest() throws IOException {
        return SmallFile.read(medium, medium.manifestFile(), Manifest.BYTES_MAX);
    }

    private void journal(long stream, long from, long through, String name, List<String> found) {
        if (from > through) {
            return;
        }
        List<JournalSurvey.Hole> holes = holes(stream, from, through);
        for (JournalSurvey.Hole hole : holes) {
            found.add((hole.first() == hole.through() ? hole.first() : hole.first() + " to " + hole.through()) + name);
        }
    }

    /**
     * Damage is believed only when it shows twice and hits what is still needed: a trim is a fact when it is committed,
     * and takes files away before the next checkpoint tells of it.
     */
    private List<JournalSurvey.Hole> holes(long stream, long from, long through) {
        List<JournalSurvey.Hole> holes = List.of();
        for (int look = 0; look < 2; look++) {
            try {
                holes = JournalSurvey.run(medium, stream, from, through).holes();
            } catch (StorageException e) {
                holes = List.of(new JournalSurvey.Hole(from, through, medium.streamDirectory(stream), -1, word(e)));
            }
            if (holes.isEmpty()) {
                return holes;
            }
        }
        try {
            Catalog now = BackupPoint.read(medium, (group, held) -> {}).catalog();
            long needed = stream == OrderExcerpt.STREAM ? 1 : now.lowestNeeded(stream);
            return holes.stream().filter(hole -> hole.through() >= needed).toList();
        } catch (StorageException | IOException e) {
            // A checkpoint may have freed what was being read; if it is damage, the next pass begins with it.
            return List.of();
        }
    }

    /** What the last pass found. */
    List<String> findings() {
        return findings;
    }

    @Override
    public void close() {
        pacer.close();
        Threads.join(thread);
    }
}

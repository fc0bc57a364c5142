package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.Checks.Id;
import dev.fluxlog.chronicle.Diagnosis.Finding;
import dev.fluxlog.chronicle.Diagnosis.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes all checks of a directory in which nobody writes, and notes the step of a repair beside each finding that has one.
 *
 * <p>Reads raw bytes and changes none. A check that depends on what another could not read is skipped with the reason;
 * the journals are read in any case. One use each.
 */
final class Examination {
    private final Medium medium;
    private final Checks checks = new Checks();
    private final List<Mending> mendings = new ArrayList<>();
    private final List<Mending> unfinished = new ArrayList<>();

    // What is known so far.
    private @Nullable Manifest manifest;
    private @Nullable CommitSegment oldest;
    private CommitExamination commit;

    Examination(Medium medium) {
        this.medium = medium.through(new ReadOnlyDisk(medium.disk()));
        this.commit = new CommitExamination(this.medium, checks, null);
    }

    /** What to do about what was found, in this order; what an interrupted repair has left comes first, and alone. */
    List<Mending> mendings() {
        return unfinished.isEmpty() ? mendings : unfinished;
    }

    /** Whether what opening a log does is what is to be done. */
    boolean wantsOpening() {
        return commit.wantsOpening() && unfinished.isEmpty();
    }

    Diagnosis run() {
        if (Takeover.stand(medium).moving()) {
            return ofInterruptedTakeover();
        }
        guarded(Id.LEFTOVERS, () -> Rebuilt.examine(medium, checks, unfinished));
        guarded(Id.FREE_SPACE, this::freeSpace);
        guarded(Id.OWNER, this::owner);
        guarded(Id.COMMIT_JOURNAL, () -> oldest = CommitSurvey.oldest(medium));
        guarded(Id.MANIFEST, this::manifest);
        guarded(Id.COMMIT_JOURNAL, this::commitJournal);
        guarded(Id.STREAM_JOURNALS, this::streamJournals);
        guarded(Id.ORDER, this::order);
        if (!commit.isFolded()) {
            checks.skip(Id.MARKS, "what is committed is not known");
        }
        guarded(Id.STRAYS, () -> new TreeSurvey(medium, checks, mendings).run(known()));
        return checks.diagnosis();
    }

    /** Until that is finished, nothing is where it belongs. */
    private Diagnosis ofInterruptedTakeover() {
        for (Id id : Id.values()) {
            checks.skip(id, "an interrupted takeover has to be finished first");
        }
        checks.add(
                Id.LEFTOVERS,
                Status.WARN,
                medium.name(medium.root()) + " was left by an interrupted takeover",
                medium.name(medium.root()),
                "finishes it, as the next open would");
        unfinished.add(Takeover::finish);
        return checks.diagnosis();
    }

    private interface Step {
        void run() throws IOException;
    }

    private void guarded(Id check, Step step) {
        try {
            step.run();
        } catch (StorageException e) {
            checks.add(check, e, "");
        } catch (IOException e) {
            checks.add(check, Status.ERROR, "cannot be read: " + e, "", "");
        }
    }

    private void freeSpace() throws IOException {
        long usable = medium.disk().usableBytes(medium.root());
        long min = ChronicleOptions.defaults().freeBytesMin();
        if (usable < min) {
            checks.add(
                    Id.FREE_SPACE,
                    Status.WARN,
                    usable + " bytes are free; below " + min + " commits are refused by default",
                    "",
                    "");
        }
    }

    private void owner() throws IOException {
        if (medium.disk().exists(medium.ownerFile())) {
            String who = Owner.describe(SmallFile.read(medium, medium.ownerFile(), Owner.BYTES_MAX));
            checks.add(
                    Id.OWNER,
                    Status.WARN,
                    "The record of " + who + " is left, and nobody has the log open",
                    medium.name(medium.ownerFile()),
                    "removes the record");
            mendings.add(writable -> writable.disk().delete(writable.ownerFile()));
        }
    }

    private void manifest() throws IOException {
        CommitSegment begin = oldest;
        boolean derivable = begin != null && begin.firstGroup() == 1 && begin.position() == 0;
        try {
            ManifestFile.Stored stored = ManifestFile.read(medium);
            manifest = stored.manifest();
            StorageException damage = stored.damage() == null ? ManifestFile.damagedCopy(medium) : stored.damage();
            if (damage != null) {
                checks.add(Id.MANIFEST, damage, "writes it again from its other copy");
                mendings.add(writable -> ManifestFile.replace(writable, stored.manifest()));
            }
        } catch (StorageException e) {
            checks.add(
                    Id.MANIFEST,
                    e,
                    derivable ? "makes it anew: the commit journal is there from the first group on" : "");
            if (derivable && e.kind() == StorageException.Kind.CORRUPT) {
                mendings.add(new ManifestMending(java.util.Objects.requireNonNull(begin)));
            }
        }
    }

    private void commitJournal() throws IOException {
        commit = new CommitExamination(medium, checks, oldest);
        commit.run(manifest);
    }

    private LongPredicate known() {
        return number -> !commit.isFolded() || commit.catalog().stream(number).isPresent();
    }

    private void streamJournals() throws IOException {
        Manifest stored = manifest;
        if (stored == null) {
            for (Path shard : medium.disk().list(medium.streamsDirectory())) {
                for (Path journal : medium.disk().list(shard)) {
                    long number = TreeSurvey.numberOf(medium, journal);
                    if (number > 0) {
                        JournalSurvey survey = JournalSurvey.run(medium, number, -1, Long.MAX_VALUE);
                        survey.holes().forEach(hole -> hole(Id.STREAM_JOURNALS, number, "", hole, ""));
                    }
                }
            }
            return;
        }
        for (StreamState state : stored.streams()) {
            streamJournal(
                    state, stored.unapplied().appliedThrough().getOrDefault(state.number(), state.highWaterMark()));
        }
    }

    /** @param through what its journal held at the checkpoint; what it lacks stands in the commit journal */
    private void streamJournal(StreamState state, long through) throws IOException {
        long number = state.number();
        long from = commit.catalog().lowestNeeded(number);
        if (!state.fork().isNone()) {
            from = Math.max(from, state.fork().sequence() + 1);
        }
        boolean there = medium.disk().exists(medium.streamDirectory(number));
        if (!there && from > through) {
            return;
        }
        JournalSurvey survey;
        try {
            survey = JournalSurvey.run(medium, number, from, through);
        } catch (StorageException e) {
            checks.add(Id.STREAM_JOURNALS, e.at(number, 0), "");
            return;
        }
        mendable(Id.STREAM_JOURNALS, number, state.name(), from, through, survey);
        long committed =
                commit.catalog().stream(number).map(StreamState::highWaterMark).orElse(state.highWaterMark());
        beyond(number, state.name(), committed, survey);
    }

    private void order() throws IOException {
        Manifest stored = manifest;
        if (stored == null) {
            checks.skip(Id.ORDER, "without a manifest it is not known how far it has to go");
            return;
        }
        long through = stored.place().position();
        JournalSurvey survey = JournalSurvey.run(medium, OrderExcerpt.STREAM, 1, through);
        mendable(Id.ORDER, OrderExcerpt.STREAM, "", 1, through, survey);
        beyond(OrderExcerpt.STREAM, "", commit.catalog().position(), survey);
    }

    private void mendable(Id check, long number, String name, long from, long through, JournalSurvey survey)
            throws IOException {
        long gained = 0;
        for (JournalSurvey.Hole hole : survey.holes()) {
            long whole = available(number, hole, survey);
            gained += whole;
            long lost = hole.through() - hole.first() + 1 - whole;
            String rest = lost > 0 && check == Id.STREAM_JOURNALS ? "; the other " + lost + " are lost" : "";
            hole(
                    check,
                    number,
                    name,
                    hole,
                    whole == 0 ? "" : "writes the journal anew with what is still whole" + rest);
        }
        if (gained > 0) {
            List<Long> numbers =
                    commit.catalog().streams().stream().map(StreamState::number).toList();
            mendings.add(new JournalMending(number, from, through, commit.commits(), numbers));
        } else {
            heads(check, number, name);
        }
    }

    private void heads(Id check, long number, String name) throws IOException {
        HeadMending mending = HeadMending.of(medium, number, manifest != null && manifest.clean());
        for (Path file : mending.files()) {
            String what = "the head or the index of a segment is damaged: its events can be read, but slowly";
            String plan = "writes the segment anew with all that is whole in it";
            checks.add(check, new Finding(Status.WARN, what, name, 0, 0, medium.name(file), 0, plan));
        }
        if (!mending.files().isEmpty()) {
            mendings.add(mending);
        }
    }

    /** How many of the missing sequences somebody else has. */
    private long available(long number, JournalSurvey.Hole hole, JournalSurvey survey) {
        Ranges all = new Ranges();
        survey.salvaged().forEach(all::add);
        CommitSurvey commits = commit.commits();
        if (commits != null) {
            commits.held(number).forEach(all::add);
        }
        if (number == OrderExcerpt.STREAM) {
            JournalMending.positions(medium, commit.catalog(), hole.first(), hole.through())
                    .forEach(all::add);
        }
        return all.count(hole.first(), hole.through());
    }

    private void hole(Id check, long number, String name, JournalSurvey.Hole hole, String plan) {
        String who = check == Id.ORDER ? "positions " : "sequences ";
        String stream = check == Id.ORDER ? "" : name.isEmpty() ? "number " + number : name;
        String of = check == Id.ORDER ? " of the order of commit" : " of stream '" + stream + "'";
        checks.add(
                check,
                new Finding(
                        Status.ERROR,
                        who + hole.first() + " to " + hole.through() + of + " cannot be read: " + hole.what(),
                        stream,
                        hole.first(),
                        hole.through(),
                        medium.name(hole.file()),
                        hole.offset(),
                        plan));
    }

    private void beyond(long number, String name, long committed, JournalSurvey survey) {
        if (!commit.isFolded() || survey.last() <= committed) {
            return;
        }
        boolean order = number == OrderExcerpt.STREAM;
        checks.add(
                Id.MARKS,
                new Finding(
                        Status.ERROR,
                        (order ? "the order of commit" : "the journal of stream '" + name + "'") + " goes on to "
                                + survey.last() + " behind the mark " + committed,
                        order ? "" : name,
                        committed + 1,
                        survey.last(),
                        medium.name(medium.streamDirectory(number)),
                        -1,
                        ""));
    }
}

package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Reads from wherever it is what was committed: from memory where it is recent or gathered, and from the journal of the
 * stream otherwise.
 *
 * <p>Frames move from the first to the second and on to the third while it is looked for, so it is looked for in that order,
 * and none slips past. Any thread; opens no journal that there is not.
 */
final class StoredReads {
    private final Medium medium;
    private final RecentFrames recent;
    private final Gathering gathering;
    private final JournalCache journals;
    private final LongAdder journalReads = new LongAdder();

    StoredReads(Medium medium, RecentFrames recent, Gathering gathering, JournalCache journals) {
        this.medium = medium;
        this.recent = recent;
        this.gathering = gathering;
        this.journals = journals;
    }

    /** Answers that came from a stream journal and not from memory. */
    long fromJournals() {
        return journalReads.sum();
    }

    List<Frame> read(ReadRequest request) {
        if (request.isEmpty()) {
            return List.of();
        }
        List<Frame> frames = recent.read(request);
        if (frames.isEmpty()) {
            long firstRecent = recent.firstSequence(request.stream());
            frames = gathering.read(request);
            return frames.isEmpty() ? readJournal(request, firstRecent) : frames;
        }
        return frames;
    }

    /** @param firstRecent below this everything was taken by the applier already */
    private List<Frame> readJournal(ReadRequest request, long firstRecent) {
        long through = Math.min(firstRecent, gathering.firstSequence(request.stream())) - 1;
        if (request.sequence() > through) {
            throw nowhere(request.stream(), request.sequence());
        }
        ReadRequest older = request.isForward() && request.through() > through
                ? new ReadRequest(
                        request.stream(),
                        request.sequence(),
                        through,
                        request.direction(),
                        request.framesMax(),
                        request.bytesMax())
                : request;
        return fromJournal(request.stream(), request.sequence(), reader -> reader.read(older));
    }

    private <T> T fromJournal(long stream, long sequence, Function<JournalReads, T> read) {
        // Opening a journal would create it, which is not for a reader to do.
        if (!medium.disk().exists(medium.streamDirectory(stream))) {
            throw nowhere(stream, sequence);
        }
        journalReads.increment();
        try {
            return journals.use(stream, 0, read::apply);
        } catch (StorageException e) {
            StorageException failure = e;
            if (e.kind() == StorageException.Kind.IO || e.kind() == StorageException.Kind.FULL) {
                // Chronicle makes a file to open a journal, for which there may be no space and no descriptor.
                try {
                    return StreamJournal.readPlain(medium, stream, read);
                } catch (StorageException again) {
                    failure = e.kind() == again.kind() ? e : again;
                }
            }
            String directoryName = medium.name(medium.streamDirectory(stream));
            String file = failure.file().isEmpty() ? directoryName : failure.file();
            throw failure.at(stream, sequence).in(file, failure.offset());
        }
    }

    private StorageException nowhere(long stream, long sequence) {
        return new StorageException(
                        StorageException.Kind.CORRUPT,
                        "sequence " + sequence + " of stream " + stream + " is in no journal")
                .at(stream, sequence)
                .in(medium.name(medium.streamDirectory(stream)), -1);
    }

    /** As many runs from the position on as can be read; the failure of the first one is thrown. */
    List<Run> runs(long position, long through, int runsMax) {
        List<Run> found = new ArrayList<>();
        long next = position;
        while (next <= through && found.size() < runsMax) {
            List<Run> around;
            try {
                around = runsAround(next);
            } catch (StorageException e) {
                if (found.isEmpty()) {
                    throw e;
                }
                // Whoever reads on there is told.
                return found;
            }
            for (Run run : around) {
                if (run.end() <= next || run.position() > through || found.size() == runsMax) {
                    continue;
                }
                Run part = run.from(Math.max(next, run.position()));
                found.add(part.end() - 1 <= through ? part : part.through(through));
                next = part.end();
            }
        }
        return found;
    }

    private List<Run> runsAround(long position) {
        List<Run> group = recent.order().groupWith(position);
        return group.isEmpty()
                ? fromJournal(OrderExcerpt.STREAM, position, reader -> reader.runsAround(position))
                : group;
    }
}

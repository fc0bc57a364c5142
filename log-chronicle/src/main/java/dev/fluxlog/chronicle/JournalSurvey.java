package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of the sequences that a journal must hold can be read from it, found out by reading all of it.
 *
 * <p>Damage that hits nothing that is needed is no damage: below what is kept, behind what is committed, or in a copy
 * beside a whole one. For the order of commit sequences are positions.
 */
final class JournalSurvey implements SegmentWalk.Visitor {
    /** More holes than anybody reads; those behind them are one. */
    private static final int HOLES_MAX = 1_000;

    private final Medium medium;
    private final long stream;
    private final long through;
    private final List<Hole> holes = new ArrayList<>();
    private final Ranges salvaged = new Ranges();

    /** The lowest sequence that has not been met, -1 until the first one tells where the journal begins. */
    private long next;

    private long last;
    private String suspicion = "";
    private SegmentWalk.Place suspect;

    /** Sequences that cannot be read, and where that shows. */
    record Hole(long first, long through, Path file, long offset, String what) {}

    private JournalSurvey(Medium medium, long stream, long from, long through) {
        this.medium = medium;
        this.stream = stream;
        this.next = from;
        this.through = through;
        this.suspect = nowhere();
    }

    /**
     * @param from lowest sequence that must be there, -1 for wherever the journal begins
     * @param through highest one; {@link Long#MAX_VALUE} for wherever it ends
     * @throws StorageException {@code UNSUPPORTED_VERSION} or {@code IO}
     */
    static JournalSurvey run(Medium medium, long stream, long from, long through) {
        JournalSurvey survey = new JournalSurvey(medium, stream, from, through);
        Path directory = medium.streamDirectory(stream);
        try {
            for (Path file : medium.disk().list(directory)) {
                if (SegmentName.numberOf(file) >= 0) {
                    SegmentWalk.run(medium, file, stream, survey);
                }
            }
        } catch (IOException e) {
            throw medium.failed("reading", directory, e);
        }
        survey.end();
        return survey;
    }

    private SegmentWalk.Place nowhere() {
        return new SegmentWalk.Place(medium.streamDirectory(stream), -1);
    }

    @Override
    public void excerpt(Excerpt excerpt, SegmentWalk.Place place, boolean reachable) {
        if (excerpt instanceof FrameExcerpt frames) {
            for (long sequence = frames.firstSequence(); sequence <= frames.lastSequence(); sequence++) {
                frame(frames, sequence, place, reachable);
            }
        } else {
            found(excerpt.firstSequence(), excerpt.lastSequence(), place, reachable);
        }
    }

    private void frame(FrameExcerpt frames, long sequence, SegmentWalk.Place place, boolean reachable) {
        try {
            frames.frame(sequence);
            found(sequence, sequence, place, reachable);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
            damaged(place, e.getMessage());
        }
    }

    private void found(long first, long lastOne, SegmentWalk.Place place, boolean reachable) {
        if (!reachable) {
            salvaged.add(first, lastOne);
            damaged(place, "the chain of records does not lead here");
            return;
        }
        if (next < 0) {
            next = first;
        }
        if (first > next) {
            hole(next, Math.min(first - 1, through));
        }
        if (lastOne >= next) {
            next = lastOne + 1;
        }
        last = Math.max(last, lastOne);
        suspicion = "";
        suspect = nowhere();
    }

    @Override
    public void damaged(SegmentWalk.Place place, String what) {
        if (suspicion.isEmpty()) {
            suspicion = what;
            suspect = place;
        }
    }

    private void end() {
        if (through < Long.MAX_VALUE && next >= 0 && next <= through) {
            hole(next, through);
        } else if (through == Long.MAX_VALUE && !salvaged.isEmpty() && salvaged.last() >= next) {
            hole(Math.max(next, salvaged.first()), salvaged.last());
        }
    }

    private void hole(long first, long lastOne) {
        if (first > lastOne) {
            return;
        }
        String what = suspicion.isEmpty() ? "they are in no file" : suspicion;
        if (holes.size() < HOLES_MAX) {
            holes.add(new Hole(first, lastOne, suspect.file(), suspect.offset(), what));
        } else {
            Hole end = holes.remove(HOLES_MAX - 1);
            holes.add(new Hole(end.first(), lastOne, end.file(), end.offset(), end.what()));
        }
    }

    List<Hole> holes() {
        return holes;
    }

    /** What is whole and cannot be reached. */
    Ranges salvaged() {
        return salvaged;
    }

    /** Highest sequence that can be read, 0 for none. */
    long last() {
        return last;
    }
}

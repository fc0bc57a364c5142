package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.StreamSignal;

/** Which number of an event a client resumes after. */
enum Numbering {
    /** Of one stream. */
    SEQUENCE("sequence", "highWaterMark") {
        @Override
        long of(Event event) {
            return event.sequence();
        }

        @Override
        long behind(StreamSignal.Gap gap, long before) {
            return gap.through();
        }
    },
    /** Of the whole log, for who follows many streams. */
    POSITION("position", "position") {
        @Override
        long of(Event event) {
            return event.position();
        }

        @Override
        long behind(StreamSignal.Gap gap, long before) {
            return gap.stream().equals(ALL) ? gap.through() : before;
        }
    };

    /** Under this name a gap of the order of commit itself is told. */
    private static final String ALL = "$all";

    /** How the number is called in a frame. */
    final String word;

    /** How the highest one there is is called. */
    final String highest;

    Numbering(String word, String highest) {
        this.word = word;
        this.highest = highest;
    }

    abstract long of(Event event);

    /**
     * The place behind a gap. A gap of one stream among many says nothing of positions: who comes back before the next
     * event is told of it again. One of the order of commit is a range of positions.
     */
    abstract long behind(StreamSignal.Gap gap, long before);
}

package dev.fluxlog.tck;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the answers of concurrent calls on one stream can be explained by some order of the calls.
 *
 * <p>Calls that overlap in time may stand in any order; one that had ended before another began stands before it. The
 * search tries every order that time allows, and remembers from which sets of calls, in which state, there is no way on
 * (Wing and Gong, 1993). It is exact for histories of up to 64 calls, and quick for a dozen.
 */
final class CallHistory {
    private final List<Call> calls;
    private final Set<State> dead = new HashSet<>();

    CallHistory(List<Call> calls) {
        this.calls = List.copyOf(calls);
    }

    /** What is asked of the stream. */
    enum Kind {
        /** Append one event. Answer: its sequence. */
        APPEND,
        /** Append one event if the last sequence is the argument. Answer: its sequence, or -1 less the last one. */
        APPEND_EXPECTING,
        /** Ask for the last sequence. */
        LOOK
    }

    /**
     * @param begun when the caller began, by a clock that all share
     * @param ended when the caller had the answer
     */
    record Call(Kind kind, long argument, long answer, long begun, long ended) {

        /** The last sequence after this call when it was {@code last} before, or -1 when the answer does not fit. */
        long after(long last) {
            boolean appends = kind == Kind.APPEND || (kind == Kind.APPEND_EXPECTING && argument == last);
            long refusal = kind == Kind.LOOK ? last : -1 - last;
            return answer == (appends ? last + 1 : refusal) ? (appends ? last + 1 : last) : -1;
        }
    }

    private record State(long done, long last) {}

    boolean isLinearizable() {
        return explains(0, 0);
    }

    private boolean explains(long done, long last) {
        if (Long.bitCount(done) == calls.size()) {
            return true;
        }
        State state = new State(done, last);
        if (dead.contains(state)) {
            return false;
        }
        for (int i = 0; i < calls.size(); i++) {
            if ((done & 1L << i) == 0 && mayBeNext(i, done)) {
                long next = calls.get(i).after(last);
                if (next >= 0 && explains(done | 1L << i, next)) {
                    return true;
                }
            }
        }
        dead.add(state);
        return false;
    }

    private boolean mayBeNext(int candidate, long done) {
        long begun = calls.get(candidate).begun();
        for (int i = 0; i < calls.size(); i++) {
            if ((done & 1L << i) == 0 && calls.get(i).ended() < begun) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return calls.toString();
    }
}

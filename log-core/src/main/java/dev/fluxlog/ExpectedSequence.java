package dev.fluxlog;

/** What a producer believes the state of a stream to be when its append takes effect. */
public sealed interface ExpectedSequence {

    /** Whether the belief holds. */
    boolean admits(boolean streamExists, long highWaterMark);

    /** No belief: always holds. */
    static ExpectedSequence any() {
        return Any.INSTANCE;
    }

    /** The stream exists, wherever its tail is. */
    static ExpectedSequence existing() {
        return Existing.INSTANCE;
    }

    /** The stream does not exist, or not any more. */
    static ExpectedSequence noStream() {
        return NoStream.INSTANCE;
    }

    /**
     * The stream exists and its newest event, trimmed or not, has this sequence.
     *
     * @param sequence at least 0; 0 holds for a stream without events so far, and for one that never existed
     */
    static ExpectedSequence exactly(long sequence) {
        return new Exactly(sequence);
    }

    /** @see ExpectedSequence#any() */
    enum Any implements ExpectedSequence {
        INSTANCE;

        @Override
        public boolean admits(boolean streamExists, long highWaterMark) {
            return true;
        }

        @Override
        public String toString() {
            return "any";
        }
    }

    /** @see ExpectedSequence#existing() */
    enum Existing implements ExpectedSequence {
        INSTANCE;

        @Override
        public boolean admits(boolean streamExists, long highWaterMark) {
            return streamExists;
        }

        @Override
        public String toString() {
            return "existing";
        }
    }

    /** @see ExpectedSequence#noStream() */
    enum NoStream implements ExpectedSequence {
        INSTANCE;

        @Override
        public boolean admits(boolean streamExists, long highWaterMark) {
            return !streamExists;
        }

        @Override
        public String toString() {
            return "none";
        }
    }

    /** @see ExpectedSequence#exactly(long) */
    record Exactly(long sequence) implements ExpectedSequence {
        public Exactly {
            if (sequence < 0) {
                throw new IllegalArgumentException("sequence is at least 0: " + sequence);
            }
        }

        @Override
        public boolean admits(boolean streamExists, long highWaterMark) {
            return sequence == highWaterMark && (streamExists || highWaterMark == 0);
        }

        @Override
        public String toString() {
            return Long.toString(sequence);
        }
    }
}

package dev.fluxlog;

import org.jspecify.annotations.Nullable;

/**
 * Everything a log can answer instead of a result.
 *
 * <p>One sealed hierarchy: a case has typed facts, a stable {@link #code()} that is the same in the library, in an HTTP
 * problem and in a server-sent {@code error} event, and says whether the same call may succeed later without change
 * ({@link #isRetryable()}). Messages name streams, numbers and limits; never a path, a host or a token.
 *
 * <p>Wrong arguments (a negative limit, an empty batch) are programming errors and thrown at the call as {@link
 * IllegalArgumentException}; these exceptions are signalled, except {@link InvalidName}, which is thrown where a name
 * is first given.
 */
public abstract sealed class LogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;
    private final boolean retryable;

    private LogException(String code, boolean retryable, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.retryable = retryable;
    }

    private LogException(String code, String message) {
        this(code, false, message, null);
    }

    /** Stable name of the case, in lower case with hyphens: {@code conflict}, {@code stream-sealed}. */
    public final String code() {
        return code;
    }

    /** Whether the same call may succeed later without any change by the caller. */
    public final boolean isRetryable() {
        return retryable;
    }

    @Override
    public final String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** The expectation of an append did not hold; nothing was written. */
    public static final class Conflict extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final transient ExpectedSequence expected;
        private final long actual;

        /** @param actual high-water mark of the stream, 0 when it never held an event */
        public Conflict(String stream, ExpectedSequence expected, long actual) {
            super("conflict", "Stream '" + stream + "' is expected at " + expected + " but is at " + actual);
            this.stream = stream;
            this.expected = expected;
            this.actual = actual;
        }

        public String stream() {
            return stream;
        }

        public ExpectedSequence expected() {
            return expected;
        }

        public long actual() {
            return actual;
        }
    }

    /** The place asked for lies below the low-water mark: its events are gone. */
    public static final class Trimmed extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final long requested;
        private final long lowWaterMark;
        private final long highWaterMark;

        /** @param requested first sequence wanted */
        public Trimmed(String stream, long requested, long lowWaterMark, long highWaterMark) {
            super("trimmed", "Stream '" + stream + "' is readable from " + lowWaterMark + ", asked for " + requested);
            this.stream = stream;
            this.requested = requested;
            this.lowWaterMark = lowWaterMark;
            this.highWaterMark = highWaterMark;
        }

        public String stream() {
            return stream;
        }

        public long requested() {
            return requested;
        }

        public long lowWaterMark() {
            return lowWaterMark;
        }

        public long highWaterMark() {
            return highWaterMark;
        }
    }

    /**
     * The place asked for lies above the high-water mark. Numbers are never reused, so whoever holds it has seen more
     * than this log contains, an older backup for instance.
     */
    public static final class Ahead extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final long requested;
        private final long lowWaterMark;
        private final long highWaterMark;

        /** @param requested the sequence that the caller takes for existing */
        public Ahead(String stream, long requested, long lowWaterMark, long highWaterMark) {
            super("ahead", "Stream '" + stream + "' ends at " + highWaterMark + ", asked for " + requested);
            this.stream = stream;
            this.requested = requested;
            this.lowWaterMark = lowWaterMark;
            this.highWaterMark = highWaterMark;
        }

        public String stream() {
            return stream;
        }

        public long requested() {
            return requested;
        }

        public long lowWaterMark() {
            return lowWaterMark;
        }

        public long highWaterMark() {
            return highWaterMark;
        }
    }

    /** Stored bytes are damaged. They are not delivered, and not skipped. */
    public static final class Corrupt extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final long sequence;
        private final long lostThrough;
        private final String file;
        private final long offset;

        /**
         * @param stream name of the stream, empty when the damage belongs to none
         * @param sequence first sequence that cannot be read, 0 when unknown
         * @param lostThrough last sequence of a range that is known to be lost for good, 0 otherwise
         * @param file damaged file relative to the log's directory, empty when unknown; for operators only
         * @param offset byte offset in the file, -1 when unknown
         */
        public Corrupt(
                String stream, long sequence, long lostThrough, String file, long offset, @Nullable Throwable cause) {
            super("corrupt", false, describe(stream, sequence, lostThrough), cause);
            this.stream = stream;
            this.sequence = sequence;
            this.lostThrough = lostThrough;
            this.file = file;
            this.offset = offset;
        }

        private static String describe(String stream, long sequence, long lostThrough) {
            if (lostThrough > 0) {
                String of = stream.isEmpty() ? "Positions " : "Of stream '" + stream + "' ";
                return of + sequence + " to " + lostThrough + " are lost";
            }
            return stream.isEmpty() ? "The log is damaged" : "Stream '" + stream + "' is damaged at " + sequence;
        }

        public String stream() {
            return stream;
        }

        public long sequence() {
            return sequence;
        }

        /**
         * The last sequence of a range, begun by {@link #sequence}, whose events are lost for good; what follows can be
         * read. 0 when that is not known.
         */
        public long lostThrough() {
            return lostThrough;
        }

        public String file() {
            return file;
        }

        public long offset() {
            return offset;
        }
    }

    /** There is no such stream, or not any more. */
    public static final class UnknownStream extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final boolean shared;

        public UnknownStream(String stream) {
            this(stream, false);
        }

        /** @param shared whether the stream was deleted and a fork of it still shares its events */
        public UnknownStream(String stream, boolean shared) {
            super("unknown-stream", "There is no stream '" + stream + "'" + (shared ? " any more" : ""));
            this.stream = stream;
            this.shared = shared;
        }

        public boolean shared() {
            return shared;
        }

        public String stream() {
            return stream;
        }
    }

    /** The name is not one a stream may have; see {@link StreamName}. */
    public static final class InvalidName extends LogException {
        private static final long serialVersionUID = 1;
        private final String name;

        /** @param name as given; quoted in the message cut and escaped */
        public InvalidName(String name, String why) {
            super("invalid-name", "'" + Escape.forMessage(name) + "' is no stream name: " + why);
            this.name = name;
        }

        public String name() {
            return name;
        }
    }

    /** The stream takes no appends any more, for ever. */
    public static final class StreamSealed extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final long highWaterMark;

        public StreamSealed(String stream, long highWaterMark) {
            super("stream-sealed", "Stream '" + stream + "' is sealed at " + highWaterMark);
            this.stream = stream;
            this.highWaterMark = highWaterMark;
        }

        public String stream() {
            return stream;
        }

        public long highWaterMark() {
            return highWaterMark;
        }
    }

    /** The idempotency key was used before, with other content. */
    public static final class IdempotencyMismatch extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final String key;

        public IdempotencyMismatch(String stream, String key) {
            super(
                    "idempotency-mismatch",
                    "Idempotency key '" + Escape.forMessage(key) + "' was used for other content of stream '" + stream
                            + "'");
            this.stream = stream;
            this.key = key;
        }

        public String stream() {
            return stream;
        }

        public String key() {
            return key;
        }
    }

    /** The append skips numbers of its producer, or begins an epoch with another number than 0. */
    public static final class ProducerGap extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final transient Producer received;
        private final long expected;

        /** @param expected number of the append that would be taken; 0 for a new epoch, or a producer not known */
        public ProducerGap(String stream, Producer received, long expected) {
            super(
                    "producer-gap",
                    "Stream '" + stream + "' takes " + expected + " next from producer '"
                            + Escape.forMessage(received.id()) + "' in epoch " + received.epoch() + ", given is "
                            + received.sequence());
            this.stream = stream;
            this.received = received;
            this.expected = expected;
        }

        public String stream() {
            return stream;
        }

        public Producer received() {
            return received;
        }

        public long expected() {
            return expected;
        }
    }

    /** The append's producer was replaced by one with a higher epoch. */
    public static final class ProducerFenced extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final transient Producer received;
        private final long currentEpoch;

        public ProducerFenced(String stream, Producer received, long currentEpoch) {
            super(
                    "producer-fenced",
                    "Producer '" + Escape.forMessage(received.id()) + "' of stream '" + stream + "' is in epoch "
                            + currentEpoch + ", given is " + received.epoch());
            this.stream = stream;
            this.received = received;
            this.currentEpoch = currentEpoch;
        }

        public String stream() {
            return stream;
        }

        public Producer received() {
            return received;
        }

        public long currentEpoch() {
            return currentEpoch;
        }
    }

    /** The append's ordinal is not above the last one of the stream. */
    public static final class OutOfOrder extends LogException {
        private static final long serialVersionUID = 1;
        private final String stream;
        private final String last;
        private final String given;

        public OutOfOrder(String stream, String last, String given) {
            super(
                    "out-of-order",
                    "Ordinal '" + Escape.forMessage(given) + "' of stream '" + stream + "' does not follow '"
                            + Escape.forMessage(last) + "'");
            this.stream = stream;
            this.last = last;
            this.given = given;
        }

        public String stream() {
            return stream;
        }

        public String last() {
            return last;
        }

        public String given() {
            return given;
        }
    }

    /** A bounded queue is full; nothing was written. Try again after a pause. */
    public static final class Overloaded extends LogException {
        private static final long serialVersionUID = 1;
        private final String limitName;
        private final long limit;

        public Overloaded(String limitName, long limit) {
            super("overloaded", true, "Too much is waiting: " + limitName + " is " + limit, null);
            this.limitName = limitName;
            this.limit = limit;
        }

        public String limitName() {
            return limitName;
        }

        public long limit() {
            return limit;
        }
    }

    /** One thing is larger than its bound in bytes. */
    public static final class TooLarge extends LogException {
        private static final long serialVersionUID = 1;
        private final String limitName;
        private final long limitBytes;
        private final long actualBytes;

        public TooLarge(String limitName, long limitBytes, long actualBytes) {
            super("too-large", limitName + " is " + limitBytes + " bytes, given are " + actualBytes);
            this.limitName = limitName;
            this.limitBytes = limitBytes;
            this.actualBytes = actualBytes;
        }

        public String limitName() {
            return limitName;
        }

        public long limitBytes() {
            return limitBytes;
        }

        public long actualBytes() {
            return actualBytes;
        }
    }

    /** A count is outside its bounds. */
    public static final class LimitExceeded extends LogException {
        private static final long serialVersionUID = 1;
        private final String limitName;
        private final long limit;
        private final long given;

        public LimitExceeded(String limitName, long limit, long given) {
            super("limit-exceeded", limitName + " is " + limit + ", given is " + given);
            this.limitName = limitName;
            this.limit = limit;
            this.given = given;
        }

        public String limitName() {
            return limitName;
        }

        public long limit() {
            return limit;
        }

        public long given() {
            return given;
        }
    }

    /** No space on the device; nothing was written, and appends come back by themselves when there is. */
    public static final class StorageFull extends LogException {
        private static final long serialVersionUID = 1;

        public StorageFull(@Nullable Throwable cause) {
            super("storage-full", true, "There is no space left for appends", cause);
        }
    }

    /** The operation, or this use of it, is not offered by this log. */
    public static final class Unsupported extends LogException {
        private static final long serialVersionUID = 1;

        public Unsupported(String what) {
            super("unsupported", what);
        }
    }

    /** Stored by a later release, or spoken in a later version of the protocol. */
    public static final class UnsupportedVersion extends LogException {
        private static final long serialVersionUID = 1;

        public UnsupportedVersion(String what, @Nullable Throwable cause) {
            super("unsupported-version", false, "Not known to this release: " + what, cause);
        }
    }

    /** The log is closed, or closing. */
    public static final class Closed extends LogException {
        private static final long serialVersionUID = 1;

        public Closed() {
            super("closed", "The log is closed");
        }
    }

    /** Another live process owns the log. */
    public static final class Busy extends LogException {
        private static final long serialVersionUID = 1;

        /** @param owner what the owner record says: pid, host, start, endpoint */
        public Busy(String owner, @Nullable Throwable cause) {
            super("busy", true, owner, cause);
        }
    }

    /** A later owner rules the log; this process writes no more. */
    public static final class Fenced extends LogException {
        private static final long serialVersionUID = 1;

        public Fenced(String what, @Nullable Throwable cause) {
            super("fenced", false, what, cause);
        }
    }

    /** The medium failed: the log takes no more appends until it is opened anew; reads go on. */
    public static final class Failed extends LogException {
        private static final long serialVersionUID = 1;
        private final String operation;

        /** @param operation what was being done: {@code open}, {@code commit}, {@code read}, {@code close} */
        public Failed(String operation, Throwable cause) {
            super("log-failed", false, "The log failed in " + operation, cause);
            this.operation = operation;
        }

        public String operation() {
            return operation;
        }
    }
}

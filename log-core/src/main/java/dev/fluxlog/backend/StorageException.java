package dev.fluxlog.backend;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the medium, with what the medium knows about it.
 *
 * <p>The engine translates it into the public, sealed {@code LogException}. File names are relative to the log's
 * directory; they serve operators and the doctor and never reach a client of the gateway.
 */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of failure it is: decides whether the log latches. */
    public enum Kind {
        /** Stored bytes are not what was written. Only the damaged range is affected. */
        CORRUPT,
        /** No space. The call was refused before anything changed; a later call may succeed. */
        FULL,
        /** The medium failed; what the call did is unknown, and the log must not write again. */
        IO,
        /** Another live process owns the medium. */
        BUSY,
        /** A later epoch owns the medium; this process must not write again. */
        FENCED,
        /** Written by a later release. */
        UNSUPPORTED_VERSION,
        /** The process lacks what the medium needs (JVM options, a directory); the message names the remedy. */
        SETUP
    }

    private final Kind kind;
    private final long stream;
    private final long sequence;
    private final long lostThrough;
    private final String file;
    private final long offset;

    private StorageException(
            Kind kind,
            String message,
            @Nullable Throwable cause,
            long stream,
            long sequence,
            long lostThrough,
            String file,
            long offset) {
        super(message, cause);
        this.kind = kind;
        this.stream = stream;
        this.sequence = sequence;
        this.lostThrough = lostThrough;
        this.file = file;
        this.offset = offset;
    }

    public StorageException(Kind kind, String message) {
        this(kind, message, null, 0, 0, 0, "", -1);
    }

    public StorageException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, 0, 0, 0, "", -1);
    }

    static StorageException corrupt(String what) {
        return new StorageException(Kind.CORRUPT, what);
    }

    static StorageException unsupportedVersion(String what) {
        return new StorageException(Kind.UNSUPPORTED_VERSION, what);
    }

    /** The same failure with the stream and sequence at which it was met. */
    public StorageException at(long streamNumber, long sequence) {
        return new StorageException(kind, getMessage(), this, streamNumber, sequence, lostThrough, file, offset);
    }

    /** The same failure with the file (relative to the log's directory) and byte offset at which it was met. */
    public StorageException in(String file, long offset) {
        return new StorageException(kind, getMessage(), this, stream, sequence, lostThrough, file, offset);
    }

    /** The same failure where it is certain that nothing from its sequence through this one will ever be read. */
    public StorageException lost(long through) {
        return new StorageException(kind, getMessage(), this, stream, sequence, through, file, offset);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public Kind kind() {
        return kind;
    }

    /** Number of the stream concerned, or 0. */
    public long stream() {
        return stream;
    }

    /** Sequence concerned, or 0. */
    public long sequence() {
        return sequence;
    }

    /** The last sequence of the range that is lost for good, as far as that is known, or 0. */
    public long lostThrough() {
        return lostThrough;
    }

    /** File concerned, relative to the log's directory, or empty. */
    public String file() {
        return file;
    }

    /** Byte offset in the file, or -1. */
    public long offset() {
        return offset;
    }
}

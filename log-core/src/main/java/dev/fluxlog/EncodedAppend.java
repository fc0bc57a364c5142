package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * One stream's share of a commit, encoded on the producer's thread: all that is left to the writer is to give each
 * frame its place.
 */
final class EncodedAppend {
    private static final byte[] NOTHING = new byte[0];

    final String stream;
    final ExpectedSequence expected;

    /** Frames without a place, one behind the other. */
    final byte[] frames;

    /** Where each frame begins. */
    final int[] offsets;

    /** What the producer said, in bytes: frames without headers of their own. */
    final long contentBytes;

    private EncodedAppend(String stream, ExpectedSequence expected, byte[] frames, int[] offsets, long contentBytes) {
        this.stream = stream;
        this.contentBytes = contentBytes;
        this.expected = expected;
        this.frames = frames;
        this.offsets = offsets;
    }

    /** @throws LogException.TooLarge for an event above its bound */
    static EncodedAppend of(Transaction.Append append, Origin origin, LogOptions options) {
        byte[] first = origin.encode();
        List<NewEvent> events = append.events();
        Frame.Parts[] parts = new Frame.Parts[events.size()];
        int total = 0;
        long content = 0;
        for (int i = 0; i < parts.length; i++) {
            int flags = (i == 0 ? Frame.FIRST : 0) | (i == parts.length - 1 ? Frame.LAST : 0);
            parts[i] = EventCodec.encode(events.get(i), flags, i == 0 ? first : NOTHING);
            int bytes = parts[i].frameBytes() - Frame.HEADER_BYTES - parts[i].origin().length;
            if (bytes > options.eventBytesMax()) {
                throw new LogException.TooLarge("eventBytesMax", options.eventBytesMax(), bytes);
            }
            content += bytes;
            total = Math.addExact(total, parts[i].frameBytes());
        }
        byte[] frames = new byte[total];
        int[] offsets = new int[parts.length];
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            offsets[i] = at;
            at = Frame.write(frames, at, parts[i]);
        }
        return new EncodedAppend(append.stream(), append.expected(), frames, offsets, content);
    }

    int count() {
        return offsets.length;
    }

    /** What the producer said, so that a repeat can be told from other content under the same key. */
    byte[] contentDigest() {
        MessageDigest digest = sha256();
        for (int offset : offsets) {
            EventCodec.digest(Frame.of(frames, offset), digest);
        }
        return digest.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package dev.fluxlog;

import dev.fluxlog.backend.StreamState;
import org.jspecify.annotations.Nullable;

/**
 * The state of a stream at one moment: replaced as a whole, never changed.
 *
 * @param appendedBytes bytes of all frames appended since the log was opened
 * @param shared what a fork shares with its source; kept for ever, since forks of the fork may need it
 * @param closedBy whose append sealed the stream
 */
record Marks(
        boolean exists,
        boolean sealed,
        long low,
        long high,
        StreamSettings settings,
        long appendedBytes,
        @Nullable Shared shared,
        Producer closedBy) {
    static final Marks NEVER_EXISTED =
            new Marks(false, false, 1, 0, StreamSettings.defaults(), 0, null, Producer.none());

    static Marks of(StreamState state, @Nullable Shared shared) {
        return new Marks(
                state.exists(),
                state.sealed(),
                state.lowWaterMark(),
                state.highWaterMark(),
                SettingsCodec.decode(state.settings()),
                0,
                shared,
                Origin.decode(state.closing()).producer());
    }

    Marks created() {
        Shared past = shared == null ? null : shared.asPast();
        return new Marks(true, false, high + 1, high, StreamSettings.defaults(), appendedBytes, past, Producer.none());
    }

    Marks forked(Shared newShared, long newLow) {
        return new Marks(
                true,
                false,
                newLow,
                newShared.through(),
                StreamSettings.defaults(),
                appendedBytes,
                newShared,
                Producer.none());
    }

    Marks through(long newHigh, long moreBytes) {
        return new Marks(exists, sealed, low, newHigh, settings, appendedBytes + moreBytes, shared, closedBy);
    }

    Marks from(long newLow) {
        return new Marks(exists, sealed, newLow, high, settings, appendedBytes, shared, closedBy);
    }

    Marks asSealed(Producer by) {
        return new Marks(exists, true, low, high, settings, appendedBytes, shared, by);
    }

    Marks deleted() {
        return new Marks(
                false, false, high + 1, high, StreamSettings.defaults(), appendedBytes, shared, Producer.none());
    }

    Marks with(StreamSettings newSettings) {
        return new Marks(exists, sealed, low, high, newSettings, appendedBytes, shared, closedBy);
    }

    /** The first sequence whose event the stream keeps itself, or would. */
    long firstOwn() {
        return shared == null ? low : Math.max(low, shared.through() + 1);
    }

    StreamInfo info(String name) {
        ForkPoint fork = shared == null || !shared.current()
                ? ForkPoint.none()
                : new ForkPoint(shared.source().name, shared.through());
        return new StreamInfo(name, low, high, sealed, settings, fork);
    }
}

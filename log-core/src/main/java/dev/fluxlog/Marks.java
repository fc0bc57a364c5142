package dev.fluxlog;

import dev.fluxlog.backend.StreamState;

/**
 * The state of a stream at one moment: replaced as a whole, never changed.
 *
 * @param appendedBytes bytes of all frames appended since the log was opened
 */
record Marks(boolean exists, boolean sealed, long low, long high, StreamSettings settings, long appendedBytes) {
    static final Marks NEVER_EXISTED = new Marks(false, false, 1, 0, StreamSettings.defaults(), 0);

    static Marks of(StreamState state) {
        return new Marks(
                state.exists(),
                state.sealed(),
                state.lowWaterMark(),
                state.highWaterMark(),
                SettingsCodec.decode(state.settings()),
                0);
    }

    Marks created() {
        return new Marks(true, false, high + 1, high, StreamSettings.defaults(), appendedBytes);
    }

    Marks through(long newHigh, long moreBytes) {
        return new Marks(exists, sealed, low, newHigh, settings, appendedBytes + moreBytes);
    }

    Marks from(long newLow) {
        return new Marks(exists, sealed, newLow, high, settings, appendedBytes);
    }

    Marks asSealed() {
        return new Marks(exists, true, low, high, settings, appendedBytes);
    }

    Marks deleted() {
        return new Marks(false, false, high + 1, high, StreamSettings.defaults(), appendedBytes);
    }

    Marks with(StreamSettings newSettings) {
        return new Marks(exists, sealed, low, high, newSettings, appendedBytes);
    }

    StreamInfo info(String name) {
        return new StreamInfo(name, low, high, sealed, settings);
    }
}

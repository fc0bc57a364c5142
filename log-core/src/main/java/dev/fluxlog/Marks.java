package dev.fluxlog;

import dev.fluxlog.backend.StreamState;

/** The state of a stream at one moment: replaced as a whole, never changed. */
record Marks(boolean exists, boolean sealed, long low, long high, StreamSettings settings) {
    static final Marks NEVER_EXISTED = new Marks(false, false, 1, 0, StreamSettings.defaults());

    static Marks of(StreamState state) {
        return new Marks(
                state.exists(),
                state.sealed(),
                state.lowWaterMark(),
                state.highWaterMark(),
                SettingsCodec.decode(state.settings()));
    }

    Marks created() {
        return new Marks(true, false, high + 1, high, StreamSettings.defaults());
    }

    Marks through(long newHigh) {
        return new Marks(exists, sealed, low, newHigh, settings);
    }

    Marks from(long newLow) {
        return new Marks(exists, sealed, newLow, high, settings);
    }

    Marks asSealed() {
        return new Marks(exists, true, low, high, settings);
    }

    Marks deleted() {
        return new Marks(false, false, high + 1, high, StreamSettings.defaults());
    }

    Marks with(StreamSettings newSettings) {
        return new Marks(exists, sealed, low, high, newSettings);
    }

    StreamInfo info(String name) {
        return new StreamInfo(name, low, high, sealed, settings);
    }
}

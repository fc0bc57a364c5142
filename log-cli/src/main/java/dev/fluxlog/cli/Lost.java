package dev.fluxlog.cli;

import org.jspecify.annotations.Nullable;

/** The log cannot be reached, or not any more; whether a request took effect is unknown. */
final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1;

    Lost(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

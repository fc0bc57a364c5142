package dev.fluxlog.access;

import java.util.Locale;

/** What may be done with a stream. No right includes another. */
public enum Right {
    /** See that it exists, its state and its events. */
    READ,
    /** Add events, and by that or explicitly bring the stream into being. */
    APPEND,
    /** Trim, seal, configure and delete it. */
    ADMIN;

    /** As it is written in a grant. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Right of(String word) {
        for (Right right : values()) {
            if (right.word().equals(word)) {
                return right;
            }
        }
        throw new IllegalArgumentException("A right is read, append or admin: " + word);
    }
}

package dev.fluxlog.access;

/** A token lets nobody in. The message says why, and nothing of the token. */
public final class Unauthenticated extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Unauthenticated(String why) {
        super(why, null, false, false);
    }
}

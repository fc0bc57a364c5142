package dev.fluxlog;

/**
 * The moment at which a committed group becomes visible: one switch for all its streams, so that who has seen one event
 * of a transaction can read all of them. Written by the writer thread only.
 */
final class Publication {
    /** For marks that were there before anybody looked. */
    static final Publication DONE = new Publication();

    static {
        DONE.happen();
    }

    private volatile boolean done;

    void happen() {
        done = true;
    }

    boolean isDone() {
        return done;
    }
}

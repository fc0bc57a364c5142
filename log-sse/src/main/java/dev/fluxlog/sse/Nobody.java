package dev.fluxlog.sse;

/** Observes nothing. */
enum Nobody implements RequestObserver {
    INSTANCE;

    private static final Observed NOTHING = (status, problem) -> {};

    @Override
    public Observed begin(Request request) {
        return NOTHING;
    }

    @Override
    public String toString() {
        return "nobody";
    }
}

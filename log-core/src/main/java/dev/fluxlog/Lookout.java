package dev.fluxlog;

import java.util.function.LongSupplier;

/**
 * How a thread waits for work that is about to come: it looks out for a moment before it sleeps.
 *
 * <p>Problem: to wake a thread that sleeps on another processor takes longer than to commit a small group. Idea: who has
 * got work within a bound lately looks for the next one for as long, and gives its processor to whoever else wants it
 * between two looks.
 *
 * <p>It costs nothing where it gains nothing: after a pause longer than the bound the thread sleeps at once, until a
 * pause has been short again; and it stops where a yield has taken so long that the processor is needed by others.
 *
 * <p>Confined to one thread.
 */
final class Lookout {
    /** Looks between two yields. */
    private static final int LOOKS = 32;

    /** Others need the processor when it has not come back within this time: 0.5 ms. */
    private static final long YIELD_NANOS_MAX = 500_000;

    private final long nanosMax;
    private final LongSupplier nanoTime;

    /** Whether the last pause was within the bound. */
    private boolean promising;

    private long began;
    private int looks;

    /** @param nanosMax longest look-out; 0 for none */
    Lookout(long nanosMax) {
        this(nanosMax, Runtime.getRuntime().availableProcessors(), System::nanoTime);
    }

    Lookout(long nanosMax, int processors, LongSupplier nanoTime) {
        // With one processor whoever looks out keeps away what it looks out for.
        this.nanosMax = processors > 1 ? nanosMax : 0;
        this.nanoTime = nanoTime;
    }

    /** Nothing is there: the pause begins. */
    void begin() {
        began = nanoTime.getAsLong();
        looks = 0;
    }

    /** Lets a moment pass; false when it is time to sleep. */
    boolean goesOn() {
        if (!promising) {
            return false;
        }
        looks++;
        if (looks % LOOKS != 0) {
            Thread.onSpinWait();
            return true;
        }
        long before = nanoTime.getAsLong();
        if (before - began >= nanosMax) {
            return false;
        }
        Thread.yield();
        return nanoTime.getAsLong() - before < YIELD_NANOS_MAX;
    }

    /** Something has come: the pause ends. */
    void end() {
        promising = nanosMax > 0 && nanoTime.getAsLong() - began <= nanosMax;
    }
}

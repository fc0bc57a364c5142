package dev.fluxlog.tck;

import java.util.Random;

/**
 * Where the randomness of all tests comes from.
 *
 * <p>One seed per run, from the system property {@value #PROPERTY}; every user derives its own from it and a name, so
 * that one test alone repeats what it did among others. Tests state the seed in the description of their assertions.
 */
public final class Seeds {
    /** Set it to the seed of an earlier run to repeat that run. */
    public static final String PROPERTY = "fluxlog.test.seed";

    private static final long SEED = Long.getLong(PROPERTY, System.nanoTime());

    private Seeds() {}

    /** The seed of this run. */
    public static long seed() {
        return SEED;
    }

    /** Randomness of its own for whoever has that name. */
    public static Random random(String name) {
        return new Random(SEED * 31 + name.hashCode());
    }

    /** How to repeat this run, for the description of an assertion. */
    public static String hint() {
        return "seed " + SEED + ", repeat with -D" + PROPERTY + "=" + SEED;
    }
}

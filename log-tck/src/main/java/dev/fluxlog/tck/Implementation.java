package dev.fluxlog.tck;

import java.util.Map;

/** What an implementation says about itself. */
public interface Implementation {

    /** The capabilities that it lacks, each with the reason that is shown beside the skipped tests. */
    default Map<Capability, String> missing() {
        return Map.of();
    }
}

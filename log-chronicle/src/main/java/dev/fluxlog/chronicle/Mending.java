package dev.fluxlog.chronicle;

import java.io.IOException;

/** One step of a repair, found necessary by an examination; whatever it does can be done again after a stop in it. */
interface Mending {
    /** @param medium one on which may be written, owned */
    void run(Medium medium) throws IOException;
}

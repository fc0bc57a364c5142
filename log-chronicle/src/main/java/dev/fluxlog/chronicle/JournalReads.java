package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
import java.util.List;

/** What can be read from the journal of a stream, open or not. */
interface JournalReads {
    /** As {@link dev.fluxlog.backend.Backend#read}, of events that stand in this journal. */
    List<Frame> read(ReadRequest request);

    /** The runs of the excerpt of the commit order that holds this position. */
    List<Run> runsAround(long position);
}

package dev.fluxlog.tck;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.memory.MemoryBackend;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend in memory whose medium outlives it, so that what reopening means can be tested without a disk.
 *
 * <p>The medium is the list of committed groups; opening replays it.
 */
final class KeptBackend implements Backend {

    /** What is left when the backend is closed. */
    static final class Medium {
        private final List<CommitGroup> groups = new ArrayList<>();

        /** As if the last commit had never reached the medium. */
        void forgetLast() {
            if (!groups.isEmpty()) {
                groups.remove(groups.size() - 1);
            }
        }
    }

    private final Medium medium;
    private final MemoryBackend memory = new MemoryBackend();

    KeptBackend(Medium medium) {
        this.medium = medium;
    }

    @Override
    public Level durability() {
        return memory.durability();
    }

    @Override
    public Recovery recover() {
        Recovery fresh = memory.recover();
        dev.fluxlog.backend.Catalog catalog = new dev.fluxlog.backend.Catalog();
        for (CommitGroup group : medium.groups) {
            memory.commit(group);
            catalog.apply(group);
        }
        return new Recovery(catalog.position(), List.copyOf(catalog.streams()), fresh.repairs());
    }

    @Override
    public void commit(CommitGroup group) {
        memory.commit(group);
        medium.groups.add(group);
    }

    @Override
    public List<Frame> read(ReadRequest request) {
        return memory.read(request);
    }

    @Override
    public List<Run> runs(long position, long through, int runsMax) {
        return memory.runs(position, through, runsMax);
    }

    @Override
    public void close() {
        memory.close();
    }
}

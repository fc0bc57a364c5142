package dev.fluxlog.benchmarks;

/** Something that events can be appended to; opened for one workload. */
public interface AppendTarget extends AutoCloseable {

    /** The outcome of one append. */
    interface Done {
        void acknowledged();

        void failed(Throwable cause);
    }

    /**
     * Whether {@link #append} returns only when the append is acknowledged. Each caller then gets a thread; otherwise a
     * caller goes on from the callback.
     */
    boolean isBlocking();

    /**
     * Appends the workload's batch.
     *
     * @param caller number of the caller, from 0; has one append under way at most, unless the workload has a rate
     * @param stream number of the stream, from 0
     */
    void append(int caller, int stream, Done done) throws Exception;

    @Override
    void close() throws Exception;
}

package dev.fluxlog;

import java.time.Clock;
import java.time.Duration;

/**
 * The bounds of a log. Each has a name, a default and a documented answer when it is reached.
 *
 * @param eventBytesMax most bytes of one event with type, key and headers; 1 MiB; answer {@code TooLarge}
 * @param batchBytesMax most bytes of one append or transaction; 4 MiB; answer {@code TooLarge}
 * @param batchEventsMax most events of one append or transaction; 1,000; answer {@code LimitExceeded}
 * @param waitingAppendsMax most appends and changes accepted and not yet answered; 65,536; answer {@code Overloaded}
 * @param waitingBytesMax most bytes of them; 64 MiB; answer {@code Overloaded}
 * @param groupBytesMax bytes at which a commit group is closed; 1 MiB; one larger batch is a group of its own
 * @param groupFramesMax frames at which a commit group is closed; 8,192
 * @param pageEventsMax most events of a page; 1,000; answer {@code LimitExceeded}
 * @param pageBytesMax bytes at which a page is ended; 4 MiB; the page tells where to go on
 * @param prefetchEventsMax most events that a subscription reads ahead of demand; 256
 * @param prefetchBytesMax bytes at which it stops reading ahead; 256 KiB; one larger event is read alone
 * @param idempotencyEventsMax a key is known while its event is readable and among this many newest of its stream;
 *     10,000; a repeat beyond it is a new append
 * @param idempotencyKeysMax most keys held in memory over all streams; 1,000,000; the least recently used stream's are
 *     dropped and read from the journal again when needed
 * @param readerThreads threads that read journals for subscribers, at least 1; 4
 * @param retentionInterval pause between two passes that trim what the retention of streams lets go; 10 seconds
 * @param lookoutMax longest that the writer, and up to 0.2 ms the thread that answers producers, look out for what is about
 *     to come before they sleep, at most 1 s; zero, which is none. Waking a thread that sleeps can take longer than a
 *     commit to memory. It costs up to two processors while appends come at least so often, and nothing while they come
 *     more rarely or not at all; whoever else wants the processor gets it
 * @param clock gives events their time; its steps do not disturb order
 */
public record LogOptions(
        int eventBytesMax,
        int batchBytesMax,
        int batchEventsMax,
        int waitingAppendsMax,
        long waitingBytesMax,
        int groupBytesMax,
        int groupFramesMax,
        int pageEventsMax,
        int pageBytesMax,
        int prefetchEventsMax,
        int prefetchBytesMax,
        int idempotencyEventsMax,
        int idempotencyKeysMax,
        int readerThreads,
        Duration retentionInterval,
        Duration lookoutMax,
        Clock clock) {

    private static final LogOptions DEFAULTS = new LogOptions(
            1 << 20,
            4 << 20,
            1_000,
            65_536,
            64L << 20,
            1 << 20,
            8_192,
            1_000,
            4 << 20,
            256,
            256 << 10,
            10_000,
            1_000_000,
            4,
            Duration.ofSeconds(10),
            Duration.ZERO,
            Clock.systemUTC());

    public LogOptions {
        long smallest = Math.min(Math.min(eventBytesMax, batchBytesMax), Math.min(batchEventsMax, waitingAppendsMax));
        smallest = Math.min(smallest, Math.min(waitingBytesMax, Math.min(groupBytesMax, groupFramesMax)));
        smallest = Math.min(smallest, Math.min(pageEventsMax, Math.min(pageBytesMax, prefetchEventsMax)));
        smallest = Math.min(smallest, Math.min(prefetchBytesMax, Math.min(idempotencyEventsMax, idempotencyKeysMax)));
        if (Math.min(smallest, readerThreads) < 1 || retentionInterval.isZero() || retentionInterval.isNegative()) {
            throw new IllegalArgumentException("every bound is at least 1");
        }
        if (lookoutMax.isNegative() || lookoutMax.toNanos() > LOOKOUT_NANOS_CEILING) {
            throw new IllegalArgumentException("lookoutMax is at least zero and at most 1 s: " + lookoutMax);
        }
        if (eventBytesMax > EVENT_BYTES_CEILING || batchBytesMax > BATCH_BYTES_CEILING) {
            throw new IllegalArgumentException("eventBytesMax is at most " + EVENT_BYTES_CEILING
                    + " and batchBytesMax at most " + BATCH_BYTES_CEILING);
        }
    }

    /** What the stored format can carry in one event. */
    public static final int EVENT_BYTES_CEILING = 4 << 20;

    /** What one commit group can carry in one batch. */
    public static final int BATCH_BYTES_CEILING = 8 << 20;

    private static final long LOOKOUT_NANOS_CEILING = 1_000_000_000;

    public static LogOptions defaults() {
        return DEFAULTS;
    }

    public LogOptions withEventBytesMax(int value) {
        return new LogOptions(
                value,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withBatchBytesMax(int value) {
        return new LogOptions(
                eventBytesMax,
                value,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withBatchEventsMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                value,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withWaitingAppendsMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                value,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withWaitingBytesMax(long value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                value,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withGroupBytesMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                value,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withGroupFramesMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                value,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withPageEventsMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                value,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withPageBytesMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                value,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withPrefetchEventsMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                value,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withPrefetchBytesMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                value,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withIdempotencyEventsMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                value,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withIdempotencyKeysMax(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                value,
                readerThreads,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withReaderThreads(int value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                value,
                retentionInterval,
                lookoutMax,
                clock);
    }

    public LogOptions withRetentionInterval(Duration value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                value,
                lookoutMax,
                clock);
    }

    public LogOptions withLookoutMax(Duration value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                value,
                clock);
    }

    public LogOptions withClock(Clock value) {
        return new LogOptions(
                eventBytesMax,
                batchBytesMax,
                batchEventsMax,
                waitingAppendsMax,
                waitingBytesMax,
                groupBytesMax,
                groupFramesMax,
                pageEventsMax,
                pageBytesMax,
                prefetchEventsMax,
                prefetchBytesMax,
                idempotencyEventsMax,
                idempotencyKeysMax,
                readerThreads,
                retentionInterval,
                lookoutMax,
                value);
    }
}

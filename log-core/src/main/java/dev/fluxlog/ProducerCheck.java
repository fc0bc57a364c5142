package dev.fluxlog;

import dev.fluxlog.IdempotencyIndex.Remembered;
import org.jspecify.annotations.Nullable;

/**
 * Whether an append is the next one of its producer.
 *
 * <p>A producer is known by its newest append within the idempotency window of the stream, or by having sealed it; one
 * that is not known begins with 0 in any epoch. Writer thread.
 */
final class ProducerCheck {
    private ProducerCheck() {}

    /**
     * The result of the append that had this number, whatever the stream is like now; null when there was none.
     *
     * @throws LogException.ProducerFenced when a higher epoch is known
     */
    static @Nullable AppendResult replay(GroupPlan plan, String stream, Producer producer) {
        StreamEntry entry = plan.find(stream);
        Producer newest = entry == null ? null : newest(plan, entry, producer);
        if (entry == null || newest == null || producer.epoch() > newest.epoch()) {
            return null;
        }
        if (producer.epoch() < newest.epoch()) {
            throw new LogException.ProducerFenced(stream, producer, newest.epoch());
        }
        if (producer.sequence() > newest.sequence()) {
            return null;
        }
        Remembered first = plan.idempotency().find(entry, producer);
        long high = entry.pending().high();
        // An append that only sealed the stream, or one too old to be looked up, has no events to point at.
        AppendResult result = first == null
                ? new AppendResult(stream, high + 1, high, 0, true)
                : new AppendResult(stream, first.first(), first.last(), first.position(), true);
        return result.of(newest.sequence());
    }

    /** @throws LogException.ProducerGap when it is not the one after the newest, or not the first of a new epoch */
    static void requireNext(GroupPlan plan, String stream, Producer producer) {
        StreamEntry entry = plan.find(stream);
        Producer newest = entry == null ? null : newest(plan, entry, producer);
        boolean goesOn = newest != null && producer.epoch() == newest.epoch();
        long expected = goesOn && newest != null ? newest.sequence() + 1 : 0;
        if (producer.sequence() != expected) {
            throw new LogException.ProducerGap(stream, producer, expected);
        }
    }

    private static @Nullable Producer newest(GroupPlan plan, StreamEntry entry, Producer producer) {
        return entry.pending().exists() ? plan.idempotency().newest(entry, producer.id()) : null;
    }
}

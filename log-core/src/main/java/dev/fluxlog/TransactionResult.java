package dev.fluxlog;

import java.util.List;

/**
 * Where the events of a transaction stand.
 *
 * @param appends in the order of the transaction
 * @param position highest position of the transaction; 0 when it had no events
 * @param replayed true when the idempotency key was known and these are the places of the earlier, equal transaction
 */
public record TransactionResult(List<AppendResult> appends, long position, boolean replayed) {
    public TransactionResult {
        appends = List.copyOf(appends);
    }
}

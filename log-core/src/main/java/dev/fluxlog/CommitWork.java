package dev.fluxlog;

import dev.fluxlog.AppendOptions.After;
import dev.fluxlog.IdempotencyIndex.Remembered;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks and plans one append or transaction.
 *
 * <p>In this order: a known idempotency key gives the first result, whatever the streams are like now; then every
 * stream must take appends and every expectation must hold; only then is the first frame written.
 */
final class CommitWork implements Function<GroupPlan, TransactionResult> {
    private final List<EncodedAppend> appends;
    private final String idempotencyKey;
    private final After after;

    /** Of each append; empty without a key. */
    private final List<byte[]> digests;

    CommitWork(List<EncodedAppend> appends, String idempotencyKey, After after) {
        this.appends = appends;
        this.idempotencyKey = idempotencyKey;
        this.after = after;
        this.digests = idempotencyKey.isEmpty()
                ? List.of()
                : appends.stream().map(EncodedAppend::contentDigest).toList();
    }

    @Override
    public TransactionResult apply(GroupPlan plan) {
        TransactionResult earlier = idempotencyKey.isEmpty() ? null : replay(plan);
        if (earlier != null) {
            return earlier;
        }
        appends.forEach(append -> check(append, plan.marks(append.stream)));
        return write(plan);
    }

    private void check(EncodedAppend append, Marks marks) {
        if (marks.sealed() && (append.count() > 0 || after == After.SEAL)) {
            throw new LogException.StreamSealed(append.stream, marks.high());
        }
        if (!append.expected.admits(marks.exists(), marks.high())) {
            throw new LogException.Conflict(append.stream, append.expected, marks.high());
        }
    }

    private TransactionResult write(GroupPlan plan) {
        List<AppendResult> results = new ArrayList<>(appends.size());
        long position = 0;
        for (int i = 0; i < appends.size(); i++) {
            AppendResult result = write(plan, appends.get(i));
            if (!idempotencyKey.isEmpty() && appends.get(i).count() > 0) {
                Remembered place = new Remembered(result.first(), result.last(), result.position(), digests.get(i));
                plan.idempotency().remember(plan.existing(result.stream()), idempotencyKey, place);
            }
            position = Math.max(position, result.position());
            results.add(result);
        }
        return new TransactionResult(results, position, false);
    }

    private AppendResult write(GroupPlan plan, EncodedAppend append) {
        if (append.count() == 0 && after == After.GO_ON) {
            long high = plan.marks(append.stream).high();
            return new AppendResult(append.stream, high + 1, high, 0, false);
        }
        StreamEntry entry = plan.existingOrCreated(append.stream);
        AppendResult result = plan.append(entry, append);
        if (after == After.SEAL) {
            plan.seal(entry);
        }
        return result;
    }

    /** The first result when the key is known in every stream that gets events, null when in none. */
    private @Nullable TransactionResult replay(GroupPlan plan) {
        List<AppendResult> results = new ArrayList<>(appends.size());
        int known = 0;
        int unknown = 0;
        long position = 0;
        for (int i = 0; i < appends.size(); i++) {
            EncodedAppend append = appends.get(i);
            if (append.count() == 0) {
                long high = plan.marks(append.stream).high();
                results.add(new AppendResult(append.stream, high + 1, high, 0, true));
                continue;
            }
            Remembered earlier = find(plan, append.stream);
            if (earlier == null) {
                unknown++;
                continue;
            }
            known++;
            if (!Arrays.equals(earlier.digest(), digests.get(i))) {
                throw new LogException.IdempotencyMismatch(append.stream, idempotencyKey);
            }
            position = Math.max(position, earlier.position());
            results.add(new AppendResult(append.stream, earlier.first(), earlier.last(), earlier.position(), true));
        }
        if (known > 0 && unknown > 0) {
            throw new LogException.IdempotencyMismatch(appends.get(0).stream, idempotencyKey);
        }
        return known == 0 ? null : new TransactionResult(results, position, true);
    }

    private @Nullable Remembered find(GroupPlan plan, String stream) {
        StreamEntry entry = plan.find(stream);
        return entry == null || entry.pending().high() == 0
                ? null
                : plan.idempotency().find(entry, idempotencyKey);
    }
}

package dev.fluxlog;

import dev.fluxlog.AppendOptions.After;
import dev.fluxlog.IdempotencyIndex.Remembered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks and plans one append or transaction.
 *
 * <p>In this order: a known idempotency key or producer's number gives the first result, whatever the streams are like
 * now; then every stream must take appends and every expectation must hold; then a producer's number and an ordinal must
 * follow the last; only then is the first frame written.
 */
final class CommitWork implements Function<GroupPlan, TransactionResult> {
    private static final byte[] NOTHING = new byte[0];

    private final List<EncodedAppend> appends;
    private final Origin origin;
    private final String idempotencyKey;
    private final After after;

    /** Of each append; empty without a key. */
    private final List<byte[]> digests;

    /** @param origin a producer or an ordinal only with a single append */
    CommitWork(List<EncodedAppend> appends, Origin origin, After after) {
        this.appends = appends;
        this.origin = origin;
        this.idempotencyKey = origin.idempotencyKey();
        this.after = after;
        this.digests = idempotencyKey.isEmpty()
                ? List.of()
                : appends.stream().map(EncodedAppend::contentDigest).toList();
    }

    @Override
    public TransactionResult apply(GroupPlan plan) {
        appends.forEach(append -> plan.use(append.stream));
        TransactionResult earlier = idempotencyKey.isEmpty() ? null : replay(plan);
        if (earlier != null) {
            return earlier;
        }
        String stream = appends.get(0).stream;
        AppendResult again = origin.producer().isNone() ? null : ProducerCheck.replay(plan, stream, origin.producer());
        if (again != null) {
            return new TransactionResult(List.of(again), again.position(), true);
        }
        appends.forEach(append -> check(append, plan.marks(append.stream)));
        if (!origin.producer().isNone()) {
            ProducerCheck.requireNext(plan, stream, origin.producer());
        }
        if (!origin.ordinal().isEmpty()) {
            requireRising(plan, stream);
        }
        return write(plan);
    }

    private void requireRising(GroupPlan plan, String stream) {
        StreamEntry entry = plan.find(stream);
        String last = entry == null ? "" : plan.idempotency().ordinal(entry);
        byte[] bytes = last.getBytes(StandardCharsets.UTF_8);
        if (Arrays.compareUnsigned(origin.ordinal().getBytes(StandardCharsets.UTF_8), bytes) <= 0) {
            throw new LogException.OutOfOrder(stream, last, origin.ordinal());
        }
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
            if (!origin.isNone() && appends.get(i).count() > 0) {
                byte[] digest = digests.isEmpty() ? NOTHING : digests.get(i);
                Remembered place = new Remembered(result.first(), result.last(), result.position(), digest);
                plan.idempotency().remember(plan.existing(result.stream()), origin, place);
            }
            if (!origin.producer().isNone()) {
                result = result.of(origin.producer().sequence());
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
            plan.seal(entry, origin.producer());
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

package dev.fluxlog;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that decides.
 *
 * <p>Problem: thousands of producers want small appends made durable, and one force costs as much for one as for a
 * thousand. Idea: group commit without a timer. The thread takes everything that waits, up to the bounds of a group,
 * checks and numbers it, and has the backend commit the group at once; what arrives meanwhile is the next group. Groups
 * grow exactly while the medium is busy. While producers of an earlier group are being answered the thread takes those
 * who append again into the group as they come, at most for as long as the last commit took; a lone append waits for
 * nobody.
 *
 * <p>Invariants: sequences and positions are given here only; nothing is published or answered before {@link
 * Backend#commit} has returned; a refusal for want of space leaves everything as it was; any other failure of a commit
 * is final: it is latched, never retried, and every later command is answered with it.
 *
 * <p>It wakes readers but does not read for them, does not answer producers (the {@link Notifier} does), runs nobody
 * else's code and holds no lock.
 */
final class LogWriter {
    /** Longest wait for producers that are being answered, however slow the medium is: 1 ms. */
    private static final long COMPANY_NANOS_MAX = 1_000_000;

    private final Backend backend;
    private final LogOptions options;
    private final Admission admission;
    private final Notifier notifier;
    private final GroupPlan plan;
    private final LongFunction<String> names;
    private final Mailbox<Command<?>> waiting;

    /** For producers that are being answered. Writer thread. */
    private final Lookout company;

    /** Taken but left over because the group before was full. Writer thread. */
    private @Nullable Command<?> held;

    /** How long the last commit took. Writer thread. */
    private long commitNanos;

    private volatile @Nullable LogException latch;
    private volatile long position;

    LogWriter(
            Backend backend,
            LogOptions options,
            Admission admission,
            Notifier notifier,
            GroupPlan plan,
            LongFunction<String> names,
            Mailbox<Command<?>> waiting) {
        this.backend = backend;
        this.options = options;
        this.admission = admission;
        this.notifier = notifier;
        this.plan = plan;
        this.names = names;
        this.waiting = waiting;
        this.company = new Lookout(Math.min(options.lookoutMax().toNanos(), COMPANY_NANOS_MAX));
        this.position = plan.committedPosition();
    }

    /** The thread looks at the door again. */
    void wake() {
        waiting.wake();
    }

    /** Why the log takes no more appends, or null. */
    @Nullable
    LogException latch() {
        return latch;
    }

    long position() {
        return position;
    }

    /** Commits until the door is closed and everything that got in is answered. */
    void run() {
        waiting.own();
        List<Command<?>> group = new ArrayList<>();
        while (true) {
            Command<?> first = held;
            held = null;
            long companyNanos = 0;
            if (first == null) {
                // Before every sleep: the door may have been closed before this thread could be woken.
                if (admission.isDrained()) {
                    return;
                }
                first = waiting.take();
                if (first == null) {
                    continue;
                }
                companyNanos = Math.min(commitNanos, COMPANY_NANOS_MAX);
            }
            fill(group, first, companyNanos);
            end(group);
            group = new ArrayList<>();
        }
    }

    /** @param companyNanos longest wait for producers that are being answered */
    private void fill(List<Command<?>> group, Command<?> first, long companyNanos) {
        plan.begin();
        long until = System.nanoTime() + companyNanos;
        Command<?> next = first;
        while (next != null && (group.isEmpty() || fits(next))) {
            group.add(next);
            add(next);
            next = waiting.poll();
            if (next == null) {
                next = company(until);
            }
        }
        held = next;
    }

    /**
     * Producers that are being answered are about to append again: those who come within the time of a commit share this
     * one, instead of splitting into two crowds that wait for each other's. Null when no more are expected.
     */
    private @Nullable Command<?> company(long until) {
        company.begin();
        while (notifier.isAnswering()) {
            Command<?> next = waiting.poll();
            if (next != null) {
                company.end();
                return next;
            }
            long left = until - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            if (!company.goesOn()) {
                notifier.awaitAnswered(left);
            }
        }
        company.end();
        // Whoever was answered last may have put another meanwhile.
        return waiting.poll();
    }

    private boolean fits(Command<?> next) {
        return plan.size() + next.bytes <= options.groupBytesMax()
                && plan.frames() + next.frames <= options.groupFramesMax();
    }

    private void add(Command<?> command) {
        if (latch != null || command.isCancelled()) {
            return;
        }
        try {
            command.plan(plan);
        } catch (Throwable defect) {
            // Half planned work must not be committed: the group is given up, and the log with it.
            latch = Failures.translate("commit", defect, names);
        }
    }

    private void end(List<Command<?>> group) {
        List<StreamEntry> moved = List.of();
        if (latch == null && !plan.isEmpty()) {
            moved = commit(group);
        }
        if (latch != null) {
            plan.rollBack();
            refuse(group, latch);
        } else if (moved.isEmpty()) {
            plan.rollBack();
        }
        admission.decided(group.size());
        notifier.groupEnded(moved, group, admission);
    }

    private List<StreamEntry> commit(List<Command<?>> group) {
        try {
            long begin = System.nanoTime();
            backend.commit(plan.toGroup());
            commitNanos = System.nanoTime() - begin;
            List<StreamEntry> moved = plan.publish();
            position = plan.committedPosition();
            return moved;
        } catch (StorageException refused) {
            LogException answer = Failures.translate("commit", refused, names);
            if (refused.kind() == StorageException.Kind.FULL) {
                refuse(group, answer);
            } else {
                latch = answer;
            }
        } catch (Throwable failure) {
            latch = Failures.translate("commit", failure, names);
        }
        return List.of();
    }

    private static void refuse(List<Command<?>> group, LogException cause) {
        group.forEach(command -> command.refuse(cause));
    }
}

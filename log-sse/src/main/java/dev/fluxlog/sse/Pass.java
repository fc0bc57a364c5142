package dev.fluxlog.sse;

import dev.fluxlog.LogException;
import dev.fluxlog.access.Caller;
import dev.fluxlog.access.Right;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** What the caller of one request may do, as long as it may. */
final class Pass {
    /** What {@code /status} and {@code /metrics} are called in a grant. */
    static final String STATUS = "$status";

    private final Gatekeeper gatekeeper;
    private final Caller caller;
    private final String token;

    /** @param token what the caller was recognised by; empty when that cannot be asked about again */
    Pass(Gatekeeper gatekeeper, Caller caller, String token) {
        this.gatekeeper = gatekeeper;
        this.caller = caller;
        this.token = token;
    }

    Caller caller() {
        return caller;
    }

    /** Whether the caller is somebody, and not just anybody. */
    boolean isNamed() {
        return caller != Caller.anybody();
    }

    boolean mayRead(String stream) {
        return caller.may(Right.READ, stream);
    }

    /** @throws Refusal when the right is missing, or the caller is nobody any more */
    void require(Right right, String stream) {
        gatekeeper.requireRecent(caller);
        if (caller.may(right, stream)) {
            return;
        }
        throw gatekeeper.hides()
                ? new Refusal(Problems.of(new LogException.UnknownStream(stream)))
                : Problems.forbidden(right.word(), stream);
    }

    /**
     * <em>Emits</em> why something that stays open has to end: the caller is nobody any more, or does not pass the test.
     * Without such a reason it stays silent.
     */
    Mono<Problem> end(Predicate<Pass> still) {
        return gatekeeper.end(caller, token, still);
    }
}

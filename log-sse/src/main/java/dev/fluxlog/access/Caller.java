package dev.fluxlog.access;

import java.time.Instant;
import java.util.Set;

/**
 * Somebody who was recognised.
 *
 * @param name for the log of accesses; tells nothing that would let anybody in
 * @param until from then on it is nobody; {@link Instant#MAX} for ever
 */
public record Caller(String name, Set<Grant> grants, Instant until) {
    private static final Caller ANYBODY = new Caller(
            "anybody",
            Set.of(
                    new Grant(Right.READ, new Scope("", true)),
                    new Grant(Right.READ, new Scope("$", true)),
                    new Grant(Right.APPEND, new Scope("", true)),
                    new Grant(Right.ADMIN, new Scope("", true))),
            Instant.MAX);

    public Caller {
        grants = Set.copyOf(grants);
    }

    /** Who may do everything, where nobody is asked for a token. */
    public static Caller anybody() {
        return ANYBODY;
    }

    public boolean may(Right right, String stream) {
        for (Grant grant : grants) {
            if (grant.right() == right && grant.scope().admits(stream)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the right extends over the whole scope, by one grant. */
    public boolean mayAll(Right right, Scope scope) {
        return grants.stream()
                .anyMatch(grant -> grant.right() == right && grant.scope().covers(scope));
    }
}

package dev.fluxlog.access;

import java.util.LinkedHashSet;
import java.util.Set;

/** A right over some names. Written {@code read:orders/*}; several rights over the same names {@code read,append:*}. */
public record Grant(Right right, Scope scope) {

    /** Reads one written word. */
    public static Set<Grant> of(String written) {
        int colon = written.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("A grant is like read:orders/* or read,append:orders: " + written);
        }
        Scope scope = Scope.of(written.substring(colon + 1));
        Set<Grant> grants = new LinkedHashSet<>();
        for (String right : written.substring(0, colon).split(",", -1)) {
            grants.add(new Grant(Right.of(right), scope));
        }
        return grants;
    }

    @Override
    public String toString() {
        return right.word() + ":" + scope;
    }
}

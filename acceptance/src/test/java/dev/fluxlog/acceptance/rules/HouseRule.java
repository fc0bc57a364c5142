package dev.fluxlog.acceptance.rules;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * A rule about classes, and sources that break it.
 *
 * @param name what is so, in a few words
 * @param scope the classes that keep it
 * @param rule with its reason
 * @param counterexample sources of top-level types that break it together
 */
record HouseRule(String name, Scope scope, ArchRule rule, List<String> counterexample) {

    /** Which classes a rule binds. */
    enum Scope {
        PRODUCT,
        PRODUCT_AND_TESTS
    }

    static HouseRule ofProduct(String name, ArchRule rule, String... counterexample) {
        return new HouseRule(name, Scope.PRODUCT, rule.allowEmptyShould(true), List.of(counterexample));
    }

    static HouseRule ofEverything(String name, ArchRule rule, String... counterexample) {
        return new HouseRule(name, Scope.PRODUCT_AND_TESTS, rule.allowEmptyShould(true), List.of(counterexample));
    }

    @Override
    public String toString() {
        return name;
    }
}

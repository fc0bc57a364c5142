package dev.fluxlog.acceptance.rules;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What ArchUnit does not have ready. */
final class Conditions {
    private Conditions() {}

    /** Calls, method references and field accesses alike. */
    static ArchCondition<JavaClass> use(String what, DescribedPredicate<JavaAccess<?>> target) {
        return new ArchCondition<>("use " + what) {
            @Override
            public void check(JavaClass judged, ConditionEvents events) {
                accesses(judged)
                        .filter(target)
                        .forEach(access -> events.add(SimpleConditionEvent.satisfied(access, access.getDescription())));
            }
        };
    }

    private static Stream<JavaAccess<?>> accesses(JavaClass judged) {
        return Stream.concat(
                judged.getAccessesFromSelf().stream(),
                Stream.concat(
                        judged.getMethodReferencesFromSelf().stream(),
                        judged.getConstructorReferencesFromSelf().stream()));
    }

    /** The full names of targets, for example {@code java.lang.Thread.sleep(long)}. */
    static DescribedPredicate<JavaAccess<?>> anyOf(Set<String> targets) {
        return DescribedPredicate.describe(
                "any of " + targets,
                access -> targets.contains(access.getTarget().getFullName()));
    }

    /** The classes judged are nested in few top-level ones. */
    static ArchCondition<JavaClass> standInAtMost(int topLevelClasses) {
        return new ArchCondition<>("stand in at most " + topLevelClasses + " top-level classes") {
            private final Set<String> names = new TreeSet<>();

            @Override
            public void init(Collection<JavaClass> all) {
                names.clear();
            }

            @Override
            public void check(JavaClass judged, ConditionEvents events) {
                names.add(topLevel(judged).getName());
            }

            @Override
            public void finish(ConditionEvents events) {
                if (names.size() > topLevelClasses) {
                    events.add(SimpleConditionEvent.violated(names, "these are " + names.size() + ": " + names));
                }
            }
        };
    }

    static JavaClass topLevel(JavaClass nested) {
        return nested.getEnclosingClass().map(Conditions::topLevel).orElse(nested);
    }
}

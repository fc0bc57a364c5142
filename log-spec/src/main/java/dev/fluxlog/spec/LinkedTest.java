package dev.fluxlog.spec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * A test that proves something: the class it was started for, its method there and the ids it names.
 *
 * <p>All invocations of a parameterized test and all dynamic tests of a factory are the same linked test, as are those
 * of a class that is run several times with other arguments. The class is the outermost one in the plan, hence the
 * concrete subclass when a contract class is run, also for tests nested in the contract class.
 */
record LinkedTest(String testClass, String method, Set<String> ids) {

    /** Empty for a node that is no test, neither part nor whole, and for a test that names no id. */
    static Optional<LinkedTest> at(TestPlan plan, TestIdentifier node) {
        List<ClassSource> classes = new ArrayList<>();
        for (TestIdentifier step : pathTo(plan, node)) {
            if (step.getSource().orElse(null) instanceof MethodSource method) {
                return ofMethod(classes, method);
            }
            // Each invocation of a parameterized class names that class once more.
            if (step.getSource().orElse(null) instanceof ClassSource type && !classes.contains(type)) {
                classes.add(type);
            }
        }
        boolean testWithoutMethod = node.isTest() && !classes.isEmpty();
        return testWithoutMethod ? named(classes, node.getLegacyReportingName(), Set.of()) : Optional.empty();
    }

    private static Deque<TestIdentifier> pathTo(TestPlan plan, TestIdentifier node) {
        Deque<TestIdentifier> path = new ArrayDeque<>();
        for (Optional<TestIdentifier> step = Optional.of(node); step.isPresent(); step = plan.getParent(step.get())) {
            path.addFirst(step.get());
        }
        return path;
    }

    private static Optional<LinkedTest> ofMethod(List<ClassSource> classes, MethodSource method) {
        List<ClassSource> around = classes.isEmpty() ? List.of(ClassSource.from(method.getClassName())) : classes;
        String parameters = method.getMethodParameterTypes();
        boolean bare = parameters == null || parameters.isBlank();
        String name = bare ? method.getMethodName() : method.getMethodName() + "(" + parameters + ")";
        return named(around, name, ClaimedIds.of(method));
    }

    private static Optional<LinkedTest> named(List<ClassSource> classes, String name, Set<String> ownIds) {
        Set<String> ids = new LinkedHashSet<>(ownIds);
        classes.forEach(type -> ids.addAll(ClaimedIds.of(type)));
        if (ids.isEmpty()) {
            return Optional.empty();
        }
        String nesting = classes.stream()
                .skip(1)
                .map(type -> simpleName(type.getClassName()) + ".")
                .collect(Collectors.joining());
        return Optional.of(new LinkedTest(classes.get(0).getClassName(), nesting + name, Set.copyOf(ids)));
    }

    private static String simpleName(String className) {
        return className.substring(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
    }
}

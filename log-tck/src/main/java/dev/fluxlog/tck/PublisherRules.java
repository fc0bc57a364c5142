package dev.fluxlog.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.SkipException;
import org.testng.annotations.Test;

/**
 * The technology compatibility kit of Reactive Streams for one publisher, as dynamic tests of JUnit.
 *
 * <p>It needs no second test engine, and a rule that the kit would skip quietly fails here. Left out are only the methods
 * that the kit itself calls untested: they verify nothing.
 */
final class PublisherRules extends PublisherVerification<Object> {
    /** The longest of the waits that a passing rule takes. */
    private static final long WAIT_MILLIS = 300;

    /** How long silence has to last. */
    private static final long SILENCE_MILLIS = 30;

    /** The kit asks for publishers without end, and takes a few of their elements. */
    private static final long ELEMENTS_MAX = 2_000;

    private final LongFunction<Publisher<?>> publishers;
    private final Supplier<Publisher<?>> failing;

    /**
     * @param publishers gives a publisher of so many elements
     * @param failing gives a publisher that fails at once
     */
    PublisherRules(LongFunction<Publisher<?>> publishers, Supplier<Publisher<?>> failing) {
        super(new TestEnvironment(WAIT_MILLIS, SILENCE_MILLIS));
        this.publishers = publishers;
        this.failing = failing;
    }

    Stream<DynamicTest> tests() {
        return Arrays.stream(PublisherVerification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .filter(method -> !method.getName().startsWith("untested_"))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> run(method)));
    }

    private void run(Method rule) throws Throwable {
        try {
            setUp();
            rule.invoke(this);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SkipException) {
                throw new AssertionError("the rule was not verified", e.getCause());
            }
            throw e.getCause();
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public Publisher<Object> createPublisher(long elements) {
        return (Publisher<Object>) publishers.apply(Math.min(elements, ELEMENTS_MAX));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Publisher<Object> createFailedPublisher() {
        return (Publisher<Object>) failing.get();
    }
}

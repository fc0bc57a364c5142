package dev.fluxlog.spec;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests to be run by {@link ProofListenerTest} only. As static members they are nothing the build runs by itself. */
final class SampleTests {

    private SampleTests() {}

    private static void breakOnPurpose() {
        throw new AssertionError("broken on purpose");
    }

    static final class Plain {

        @Test
        @Proves({"STR-1", "STR-4"})
        void passes() {}

        @Test
        @Proves("STR-2")
        void fails() {
            breakOnPurpose();
        }

        @Test
        @Proves("STR-3")
        void isAborted() {
            assumeTrue(false, "no browser");
        }

        @Test
        @Disabled("not yet")
        @Proves("STR-3")
        void isDisabled() {}

        @Test
        void namesNothing() {}
    }

    static final class Unlinked {

        @Test
        void passes() {}
    }

    static final class Repeated {

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        @Proves("STR-1")
        void allPass(int number) {
            assumeTrue(number > 0);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        @Proves("STR-2")
        void lastFails(int number) {
            if (number == 3) {
                breakOnPurpose();
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        @Proves("STR-3")
        void oneIsAborted(int number) {
            assumeTrue(number != 2, "2");
        }

        @TestFactory
        @Proves("STR-1")
        Stream<DynamicTest> dynamicTestsPass() {
            return Stream.of(DynamicTest.dynamicTest("one", () -> {}), DynamicTest.dynamicTest("two", () -> {}));
        }

        @TestFactory
        @Proves("STR-2")
        Stream<DynamicTest> oneDynamicTestFails() {
            return IntStream.range(0, 3)
                    .mapToObj(number -> DynamicTest.dynamicTest("number " + number, () -> {
                        if (number == 1) {
                            breakOnPurpose();
                        }
                    }));
        }

        @TestFactory
        @Proves("STR-3")
        Stream<DynamicTest> noneIsMade() {
            return Stream.empty();
        }
    }

    @Disabled("no disk")
    @Proves("STR-1")
    static final class DisabledClass {

        @Test
        void passes() {}

        @Nested
        final class Inner {

            @Test
            void passes() {}
        }
    }

    @Proves("STR-1")
    static final class BrokenBefore {

        @BeforeAll
        static void breaks() {
            breakOnPurpose();
        }

        @Test
        void passes() {}
    }

    @Proves("STR-1")
    static final class BrokenAfter {

        @AfterAll
        static void breaks() {
            breakOnPurpose();
        }

        @Test
        void passes() {}
    }

    @Proves("STR-1")
    abstract static class Contract {

        @Test
        final void appends() {}

        @Nested
        final class Reading {

            @Test
            @Proves("STR-2")
            void readsBack() {}
        }
    }

    static final class Memory extends Contract {}

    @Proves("STR-3")
    static final class Disk extends Contract {}

    @ParameterizedClass
    @ValueSource(ints = {1, 2, 30})
    @Proves("STR-1")
    static final class WithArguments {

        @Parameter
        int number;

        @Test
        void isSmall() {
            if (number > 10) {
                breakOnPurpose();
            }
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Proves({"STR-1", "STR-2"})
    static final class Parallel {

        @Test
        void first() {}

        @Test
        void second() {}

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
        void third(int number) {
            assumeTrue(number > 0);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
        void fourth(int number) {
            assumeTrue(number > 0);
        }
    }
}

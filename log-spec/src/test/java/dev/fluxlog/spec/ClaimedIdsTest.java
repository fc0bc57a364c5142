package dev.fluxlog.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;

@Proves("SPEC-2")
class ClaimedIdsTest {

    @Test
    void subclassInheritsTheIdsOfItsContract() {
        assertThat(ClaimedIds.ofClass(PlainSubclass.class)).containsExactlyInAnyOrder("STR-1", "STR-2");
    }

    @Test
    void subclassAddsItsOwnIdsAndHidesNone() {
        assertThat(ClaimedIds.ofClass(LinkedSubclass.class)).containsExactlyInAnyOrder("STR-1", "STR-2", "STR-3");
    }

    @Test
    void inheritedMethodKeepsItsIds() {
        assertThat(ClaimedIds.of(MethodSource.from(PlainSubclass.class.getName(), "reads")))
                .containsExactlyInAnyOrder("STR-1", "STR-2", "STR-9");
    }

    @Test
    void overridingMethodStartsWithoutTheIdsOfTheMethodItOverrides() {
        assertThat(ClaimedIds.of(MethodSource.from(LinkedSubclass.class.getName(), "reads")))
                .containsExactlyInAnyOrder("STR-1", "STR-2", "STR-3");
    }

    @Test
    void sourceThatCannotBeLoadedNamesNothing() {
        assertThat(ClaimedIds.of(ClassSource.from("nowhere.to.be.Found"))).isEmpty();
        assertThat(ClaimedIds.of(MethodSource.from("nowhere.to.be.Found", "reads")))
                .isEmpty();
        assertThat(ClaimedIds.of(MethodSource.from(PlainSubclass.class.getName(), "gone")))
                .isEmpty();
    }

    @Proves("STR-1")
    interface Reading {}

    @Proves("STR-2")
    abstract static class Contract implements Reading {

        @Proves("STR-9")
        void reads() {}
    }

    static final class PlainSubclass extends Contract {}

    @Proves("STR-3")
    static final class LinkedSubclass extends Contract {

        @Override
        void reads() {}
    }
}

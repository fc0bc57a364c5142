package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupCheckTest {
    private final Script script = new Script();
    private final GroupCheck check = new GroupCheck(List.of());

    private void assertRefused(CommitGroup group, long position) {
        assertThatThrownBy(() -> check.require(group, position)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void groupsThatGoOnFromEachOtherPass() {
        for (int i = 0; i < 3; i++) {
            long position = script.position();
            CommitGroup group = (i == 0 ? script.create(1).create(2) : script)
                    .append(1, "a", "b")
                    .append(2, "c")
                    .group();
            assertThatCode(() -> check.require(group, position)).doesNotThrowAnyException();
            check.committed();
        }
        CommitGroup sealed = script.control(1, Catalog.SEALED, 6, new byte[0]).group();
        assertThatCode(() -> check.require(sealed, 9)).doesNotThrowAnyException();
    }

    @Test
    void aGroupAtAnotherPositionIsRefused() {
        CommitGroup group = script.create(1).append(1, "a").group();
        assertRefused(group, 1);
        assertRefused(group, -1);
    }

    @Test
    void aSequenceThatIsMissingIsRefused() {
        check.require(script.create(1).append(1, "a").group(), 0);
        check.committed();
        script.append(1, "lost").group();
        assertRefused(script.append(1, "b").group(), 2);
    }

    @Test
    void anEventOfAStreamThatNobodyCreatedIsRefused() {
        assertRefused(script.append(1, "a").group(), 0);
    }

    @Test
    void aGroupThatWasNotCommittedDoesNotCount() {
        CommitGroup group = script.create(1).append(1, "a").group();
        check.require(group, 0);
        assertThatCode(() -> check.require(group, 0)).doesNotThrowAnyException();
        check.committed();
        assertRefused(group, 0);
    }
}

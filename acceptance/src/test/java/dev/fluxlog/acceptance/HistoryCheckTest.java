package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.acceptance.History.Append;
import dev.fluxlog.acceptance.History.Call;
import dev.fluxlog.acceptance.History.Read;
import dev.fluxlog.acceptance.History.Refused;
import dev.fluxlog.acceptance.Ledger.Stored;
import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge is judged: histories that no log could have written are found out, and those that one could have are not. */
@Proves("STR-37")
class HistoryCheckTest {
    private static final String STREAM = "s";

    /** Two appends one after the other, and one of two events that ran beside the second. */
    private final List<Call> calls = new ArrayList<>(List.of(
            new Append("a", STREAM, 1, History.ANY, 10, 20, 1),
            new Append("b", STREAM, 1, 1, 30, 60, 2),
            new Append("c", STREAM, 2, History.ANY, 25, 50, 3)));

    private final List<String> held = new ArrayList<>(List.of("a|0", "b|0", "c|0", "c|1"));

    @Test
    void what_ran_side_by_side_may_have_happened_in_either_order() {
        assertThat(violations()).isEmpty();
        held.clear();
        held.addAll(List.of("a|0", "c|0", "c|1", "b|0"));
        calls.set(1, new Append("b", STREAM, 1, 3, 30, 60, 4));
        calls.set(2, new Append("c", STREAM, 2, History.ANY, 25, 50, 2));
        assertThat(violations()).isEmpty();
    }

    @Test
    void an_append_without_an_answer_is_there_once_or_not_at_all() {
        calls.add(unanswered("d", History.ANY, 5));
        assertThat(violations()).isEmpty();
        held.add("d|0");
        assertThat(violations()).isEmpty();
        held.add("d|0");
        assertThat(violations()).containsExactly("s 6: there twice");
    }

    @Test
    void an_append_without_an_answer_does_not_stand_before_what_was_answered_when_it_was_sent() {
        held.add(0, "d|0");
        calls.clear();
        calls.add(new Append("a", STREAM, 1, History.ANY, 10, 20, 2));
        calls.add(new Append("b", STREAM, 1, 2, 30, 60, 3));
        calls.add(new Append("c", STREAM, 2, History.ANY, 25, 50, 4));
        calls.add(unanswered("d", History.ANY, 15));
        assertThat(violations()).isEmpty();
        calls.set(3, unanswered("d", History.ANY, 21));
        assertThat(violations()).contains("a: answered before d was sent, and stands behind it");
    }

    @Test
    void an_append_that_was_answered_is_there() {
        held.subList(2, 4).clear();
        assertThat(violations()).containsExactly("c: answered and not there");
    }

    @Test
    void an_append_is_there_as_a_whole_and_in_one_piece() {
        held.remove(3);
        assertThat(violations()).containsExactly("c: not whole and in one piece");
        held.add("c|1");
        held.add(3, "d|0");
        calls.add(unanswered("d", History.ANY, 5));
        assertThat(violations()).containsExactly("c: not whole and in one piece");
    }

    @Test
    void an_append_stands_where_its_answer_said() {
        calls.set(0, new Append("a", STREAM, 1, History.ANY, 10, 20, 2));
        assertThat(violations()).containsExactly("a: told 2 and stored as 1");
    }

    @Test
    void a_conditional_append_stands_behind_what_it_expected_answered_or_not() {
        calls.set(1, new Append("b", STREAM, 1, 0, 30, 60, 2));
        assertThat(violations()).containsExactly("b: expected 0 and stored as 2");
        calls.set(1, new Append("b", STREAM, 1, 0, 30, History.NEVER, 0));
        assertThat(violations()).containsExactly("b: expected 0 and stored as 2");
    }

    @Test
    void what_was_answered_earlier_has_the_lower_number() {
        calls.set(0, new Append("a", STREAM, 1, History.ANY, 70, 80, 1));
        assertThat(violations()).contains("b: answered before a was sent, and stands behind it");
    }

    @Test
    void what_was_answered_earlier_has_the_lower_position_in_another_stream_too() {
        calls.add(new Append("d", "t", 1, History.ANY, 70, 80, 1));
        Map<String, List<Stored>> log = Map.of(STREAM, stored(2), "t", List.of(stored(1, 1, "d|0")));
        assertThat(HistoryCheck.violations(calls, log)).contains("a: answered before d was sent, and stands behind it");
    }

    @Test
    void holes_and_positions_that_fall_are_found() {
        List<Stored> events = new ArrayList<>(stored(1));
        events.set(3, stored(5, 4, "c|1"));
        assertThat(HistoryCheck.violations(calls, Map.of(STREAM, events))).contains("s: sequence 5 where 4 belongs");
        events.set(3, stored(4, 3, "c|1"));
        assertThat(HistoryCheck.violations(calls, Map.of(STREAM, events)))
                .contains("s 4: its position is not above that of the one before");
    }

    @Test
    void what_nobody_sent_is_found_and_so_is_a_changed_byte() {
        held.add("z|0");
        assertThat(violations()).containsExactly("s 5: nobody sent this");
        held.remove(4);
        held.set(0, "A|0");
        assertThat(violations()).containsExactlyInAnyOrder("a: answered and not there", "s 1: nobody sent this");
    }

    @Test
    void what_was_refused_leaves_nothing_behind() {
        calls.add(new Refused("d", STREAM, 7, 70, 80, 4));
        assertThat(violations()).isEmpty();
        held.add("d|0");
        assertThat(violations()).contains("s 5: nobody sent this");
    }

    @Test
    void a_refusal_names_what_was_the_newest_event_in_its_time() {
        calls.add(new Refused("d", STREAM, 7, 15, 22, 1));
        assertThat(violations()).isEmpty();
        calls.set(3, new Refused("d", STREAM, 7, 70, 80, 2));
        assertThat(violations()).contains("c: answered before d, refused at 2 was sent, and stands behind it");
        calls.set(3, new Refused("d", STREAM, 7, 12, 22, 4));
        assertThat(violations()).contains("d, refused at 4: answered before b was sent, and stands behind it");
        calls.set(3, new Refused("d", STREAM, 4, 70, 80, 4));
        assertThat(violations()).containsExactly("d: refused although the newest event was the expected one");
    }

    @Test
    void a_page_is_a_slice_of_the_log() {
        calls.add(page(70, 80, 1, true, "b|0", "c|0", "c|1"));
        assertThat(violations()).isEmpty();
        calls.set(3, page(70, 80, 1, true, "b|0", "c|1"));
        assertThat(violations()).containsExactly("the page of s from 2 through 3: 3 is not what the log holds");
        calls.set(3, page(70, 80, 3, true, "c|1", "d|0"));
        assertThat(violations()).containsExactly("the page of s from 4 through 5: 5 is not what the log holds");
    }

    @Test
    void a_page_up_to_the_tail_holds_all_that_was_answered_when_it_was_sent() {
        calls.add(page(55, 80, 0, true, "a|0", "b|0", "c|0", "c|1"));
        assertThat(violations()).isEmpty();
        calls.set(3, page(55, 80, 0, true, "a|0", "b|0"));
        assertThat(violations())
                .contains("c: answered before the page of s from 1 through 2 was sent, and stands behind it");
        calls.set(3, page(55, 80, 0, false, "a|0", "b|0"));
        assertThat(violations()).isEmpty();
        calls.set(3, page(55, 80, 2, false));
        assertThat(violations()).containsExactly("the page of s from 3 through 2: empty before the tail");
    }

    @Test
    void a_page_holds_nothing_that_was_sent_after_its_answer() {
        calls.add(page(21, 24, 0, false, "a|0", "b|0"));
        assertThat(violations())
                .contains("the page of s from 1 through 2: answered before b was sent, and stands behind it");
    }

    @Test
    void what_one_page_has_shown_a_later_one_shows_too() {
        calls.set(2, new Append("c", STREAM, 2, History.ANY, 25, 90, 3));
        calls.add(page(65, 70, 0, true, "a|0", "b|0", "c|0", "c|1"));
        assertThat(violations()).isEmpty();
        calls.add(page(75, 80, 0, true, "a|0", "b|0"));
        assertThat(violations())
                .contains("the page of s from 1 through 4: answered before the page of s from 1 through 2 was sent,"
                        + " and stands behind it");
    }

    private List<String> violations() {
        return HistoryCheck.violations(calls, Map.of(STREAM, stored(1)));
    }

    private List<Stored> stored(long position) {
        List<Stored> events = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            events.add(stored(i + 1, position + i, held.get(i)));
        }
        return events;
    }

    private static Stored stored(long sequence, long position, String content) {
        return new Stored(sequence, position, content.getBytes(StandardCharsets.UTF_8));
    }

    private static Append unanswered(String id, long expected, long sent) {
        return new Append(id, STREAM, 1, expected, sent, History.NEVER, 0);
    }

    private static Read page(long sent, long answered, long after, boolean atTail, String... contents) {
        return new Read(STREAM, sent, answered, after, List.of(contents), atTail);
    }
}

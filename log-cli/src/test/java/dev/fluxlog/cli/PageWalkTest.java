package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PageWalkTest {
    private static final StreamInfo STREAM = new StreamInfo("s", 3, 10, false, StreamSettings.defaults());

    @Test
    void goes_forward_to_the_mark_of_the_start_and_no_further() {
        PageWalk walk = new PageWalk(ReadOptions.forward(From.start()), STREAM);
        assertThat(walk.query(4)).isEqualTo("?from=start&limit=4");
        assertThat(sequences(walk.take(page(3, 6)))).containsExactly(3L, 4L, 5L, 6L);
        assertThat(walk.query(4)).isEqualTo("?after=6&limit=4");
        assertThat(sequences(walk.take(page(7, 12)))).containsExactly(7L, 8L, 9L, 10L);
        assertThat(walk.goesOn()).isFalse();
    }

    @Test
    void the_newest_are_a_place_so_that_they_may_be_more_than_a_page() {
        assertThat(new PageWalk(ReadOptions.forward(From.last(5)), STREAM).query(4))
                .isEqualTo("?after=5&limit=4");
        assertThat(new PageWalk(ReadOptions.forward(From.last(99)), STREAM).query(4))
                .isEqualTo("?after=2&limit=4");
    }

    @Test
    void ends_at_the_limit() {
        PageWalk walk = new PageWalk(ReadOptions.forward(From.after(4)).withLimit(3), STREAM);
        assertThat(walk.query(1000)).isEqualTo("?after=4&limit=3");
        walk.take(page(5, 7));
        assertThat(walk.goesOn()).isFalse();
    }

    @Test
    void goes_backward_to_the_low_water_mark() {
        PageWalk walk = new PageWalk(ReadOptions.backward(From.tail()), STREAM);
        assertThat(walk.query(4)).isEqualTo("?from=tail&direction=backward&limit=4");
        walk.take(reversed(page(7, 10)));
        assertThat(walk.query(4)).isEqualTo("?from=6&direction=backward&limit=4");
        walk.take(reversed(page(3, 6)));
        assertThat(walk.goesOn()).isFalse();
    }

    @Test
    void backward_from_a_place_begins_with_the_sequence_right_before_it() {
        assertThat(new PageWalk(ReadOptions.backward(From.after(5)), STREAM).query(4))
                .isEqualTo("?from=5&direction=backward&limit=4");
        assertThat(new PageWalk(ReadOptions.backward(From.after(0)), STREAM).goesOn())
                .isFalse();
    }

    @Test
    void an_empty_page_ends_it() {
        PageWalk walk = new PageWalk(ReadOptions.forward(From.after(4)), STREAM);
        assertThat(walk.take(List.of())).isEmpty();
        assertThat(walk.goesOn()).isFalse();
    }

    private static List<EventLine> page(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(sequence -> new EventLine(sequence, ""))
                .toList();
    }

    private static List<EventLine> reversed(List<EventLine> page) {
        List<EventLine> reversed = new ArrayList<>(page);
        java.util.Collections.reverse(reversed);
        return reversed;
    }

    private static List<Long> sequences(List<EventLine> page) {
        return page.stream().map(EventLine::number).toList();
    }
}

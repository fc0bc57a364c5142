package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {
    private final SseParser parser = new SseParser();

    @Test
    void a_blank_line_dispatches_the_frame() {
        assertThat(feed("data: a\n")).isEmpty();
        assertThat(feed("\n")).containsExactly(new SseFrame("", "a", ""));
    }

    @Test
    void an_unfinished_frame_at_the_end_is_never_seen() {
        assertThat(feed("data: a\n\ndata: b\n")).containsExactly(new SseFrame("", "a", ""));
    }

    @Test
    void data_lines_are_joined_by_line_feeds() {
        assertThat(feed("data: a\ndata:\ndata: b\n\n")).containsExactly(new SseFrame("", "a\n\nb", ""));
    }

    @Test
    void one_space_behind_the_colon_belongs_to_the_format_and_the_next_to_the_data() {
        assertThat(feed("data:a\n\ndata:  b\n\n"))
                .containsExactly(new SseFrame("", "a", ""), new SseFrame("", " b", ""));
    }

    @Test
    void a_line_without_a_colon_is_a_field_without_a_value() {
        assertThat(feed("data\ndata\n\n")).containsExactly(new SseFrame("", "\n", ""));
    }

    @Test
    void comments_and_unknown_fields_are_passed_over() {
        assertThat(feed(": hello\nretry: 2000\nother: x\ndata: a\n\n")).containsExactly(new SseFrame("", "a", ""));
    }

    @Test
    void a_frame_without_data_is_not_dispatched_and_its_name_is_forgotten() {
        assertThat(feed("event: x\n\ndata: a\n\n")).containsExactly(new SseFrame("", "a", ""));
    }

    @Test
    void an_id_holds_until_the_next() {
        assertThat(feed("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"))
                .containsExactly(new SseFrame("", "a", "1"), new SseFrame("", "b", "1"), new SseFrame("", "c", ""));
    }

    @Test
    void an_id_with_a_null_character_is_ignored() {
        assertThat(feed("id: 1\nid: 2\0\ndata: a\n\n")).containsExactly(new SseFrame("", "a", "1"));
    }

    @Test
    void the_name_is_that_of_the_last_event_field() {
        assertThat(feed("event: a\nevent: b\ndata: x\n\n")).containsExactly(new SseFrame("b", "x", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void lines_end_with_any_of_three_endings(String ending) {
        assertThat(feed("data: a\n\ndata: b\n\n".replace("\n", ending)))
                .containsExactly(new SseFrame("", "a", ""), new SseFrame("", "b", ""));
    }

    @Test
    void a_byte_order_mark_at_the_start_is_passed_over() {
        assertThat(feed("\uFEFFdata: a\n\n\uFEFFdata: b\n\n")).containsExactly(new SseFrame("", "a", ""));
    }

    @Test
    void bytes_may_be_cut_anywhere() {
        byte[] bytes = "event: ü\r\ndata: \uD83D\uDE00\r\nid: 7\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        List<SseFrame> frames = new ArrayList<>();
        for (byte b : bytes) {
            frames.addAll(parser.feed(new byte[] {b}));
        }
        assertThat(frames).containsExactly(new SseFrame("ü", "\uD83D\uDE00", "7"));
    }

    @Test
    void a_frame_has_a_bound() {
        byte[] large = new byte[SseParser.FRAME_BYTES_MAX + 1];
        assertThatThrownBy(() -> parser.feed(large)).isInstanceOf(Lost.class);
    }

    private List<SseFrame> feed(String text) {
        return parser.feed(text.getBytes(StandardCharsets.UTF_8));
    }
}

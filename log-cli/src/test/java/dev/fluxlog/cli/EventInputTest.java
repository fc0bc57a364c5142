package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventInputTest {

    @Test
    void each_line_is_an_event_and_empty_ones_are_empty_texts() throws IOException {
        assertThat(texts(input("a\n\n b \r\nc", EventInput.Form.TEXT_LINES).next()))
                .containsExactly("a", "", " b \r", "c");
    }

    @Test
    void blank_lines_between_json_values_are_passed_over() throws IOException {
        assertThat(texts(
                        input("{\"a\":1}\n\n \n2\n", EventInput.Form.JSON_LINES).next()))
                .containsExactly("{\"a\":1}", "2");
    }

    @Test
    void an_empty_input_has_no_lines_and_is_one_empty_whole() throws IOException {
        assertThat(input("", EventInput.Form.TEXT_LINES).next()).isEmpty();
        EventInput whole = input("", EventInput.Form.WHOLE);
        assertThat(texts(whole.next())).containsExactly("");
        assertThat(whole.next()).isEmpty();
    }

    @Test
    void what_is_not_json_is_refused_with_its_line() {
        assertThatThrownBy(
                        () -> input("1\n{\"a\":\n", EventInput.Form.JSON_LINES).next())
                .isInstanceOf(Refusal.class)
                .hasMessage("Line 2 is not one JSON value");
        assertThatThrownBy(() -> input("1 2\n", EventInput.Form.JSON_LINES).next())
                .isInstanceOf(Refusal.class);
    }

    @Test
    void bytes_that_are_no_text_are_refused_as_lines_and_taken_as_a_whole() throws IOException {
        byte[] binary = {(byte) 0xff, 0, '\n', (byte) 0x80};
        assertThatThrownBy(() -> input(binary, EventInput.Form.TEXT_LINES).next())
                .isInstanceOf(Refusal.class);
        assertThat(input(binary, EventInput.Form.WHOLE).next().get(0).data()).isEqualTo(binary);
    }

    @Test
    void a_line_larger_than_any_event_is_refused_before_it_is_read_to_its_end() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        EventInput input = new EventInput(endless, EventInput.Form.TEXT_LINES, EventInput.Chunks.WHEN_FULL, plain());
        assertThatThrownBy(input::next).isInstanceOf(Refusal.class);
        assertThat(input.bytesRead()).isLessThan(2L * LogOptions.EVENT_BYTES_CEILING);
    }

    @Test
    void chunks_are_bounded_and_lose_nothing() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 3 * EventInput.CHUNK_EVENTS_MAX; i++) {
            lines.append(i).append('\n');
        }
        EventInput input = input(lines.toString(), EventInput.Form.JSON_LINES);
        List<String> all = new ArrayList<>();
        for (List<NewEvent> chunk = input.next(); !chunk.isEmpty(); chunk = input.next()) {
            assertThat(chunk).hasSizeLessThanOrEqualTo(EventInput.CHUNK_EVENTS_MAX);
            all.addAll(texts(chunk));
        }
        assertThat(String.join("\n", all) + "\n").isEqualTo(lines.toString());
    }

    @Test
    void a_line_does_not_wait_for_the_next_unless_chunks_have_to_be_the_same_each_time() throws IOException {
        byte[] first = "a\n".getBytes(StandardCharsets.UTF_8);
        EventInput prompt = new EventInput(
                new PausingInput(first), EventInput.Form.TEXT_LINES, EventInput.Chunks.WHEN_INPUT_PAUSES, plain());
        assertThat(texts(prompt.next())).containsExactly("a");
        EventInput steady = new EventInput(
                new PausingInput(first), EventInput.Form.TEXT_LINES, EventInput.Chunks.WHEN_FULL, plain());
        assertThat(texts(steady.next())).containsExactly("a", "a");
    }

    /** Gives the same bytes twice, and says in between that there is nothing more for now. */
    private static final class PausingInput extends InputStream {
        private final byte[] piece;
        private int pieces;

        private PausingInput(byte[] piece) {
            this.piece = piece;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("read in pieces");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (pieces++ == 2) {
                return -1;
            }
            System.arraycopy(piece, 0, buffer, offset, piece.length);
            return piece.length;
        }
    }

    private static EventInput input(String text, EventInput.Form form) {
        return input(text.getBytes(StandardCharsets.UTF_8), form);
    }

    private static EventInput input(byte[] bytes, EventInput.Form form) {
        return new EventInput(new ByteArrayInputStream(bytes), form, EventInput.Chunks.WHEN_FULL, plain());
    }

    private static NewEvent plain() {
        return NewEvent.of(new byte[0]);
    }

    private static List<String> texts(List<NewEvent> events) {
        return events.stream()
                .map(event -> new String(event.data(), StandardCharsets.UTF_8))
                .toList();
    }
}

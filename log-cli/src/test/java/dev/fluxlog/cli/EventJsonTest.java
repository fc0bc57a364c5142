package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.Event;
import dev.fluxlog.NewEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"null", "9007199254740993", "-0.0", "1E400", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "[ 1 ]"})
    void json_stands_in_the_line_as_it_was_appended(String data) {
        assertThat(line(NewEvent.json(data))).endsWith("\"contentType\":\"application/json\",\"data\":" + data + "}");
    }

    @Test
    void json_over_several_lines_becomes_one_line() {
        assertThat(line(NewEvent.json("{\n\"a\":\r\n1}"))).endsWith("\"data\":{ \"a\":  1}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "1 2", "{\"a\":01}", "\uFEFF1"})
    void what_only_says_that_it_is_json_is_given_as_bytes(String data) {
        assertThat(line(NewEvent.json(data))).contains("\"dataBase64\":");
    }

    @Test
    void text_is_a_string_and_everything_else_is_base64() {
        assertThat(line(NewEvent.text("a\"\n\u0001"))).endsWith("\"data\":\"a\\\"\\n\\u0001\"}");
        assertThat(line(NewEvent.of(new byte[] {0, 1, 2}))).endsWith("\"contentType\":\"\",\"dataBase64\":\"AAEC\"}");
        assertThat(line(NewEvent.of(new byte[] {(byte) 0xff}).withContentType("text/plain")))
                .contains("\"dataBase64\":\"/w==\"");
    }

    @Test
    void a_batch_carries_the_bytes_as_they_are() {
        byte[] body = EventJson.batch(
                List.of(NewEvent.json("1").withType("t").withKey("k").withHeader("h", "v"), NewEvent.of(new byte[0])));
        assertThat(new String(body, StandardCharsets.UTF_8))
                .isEqualTo(
                        "[{\"type\":\"t\",\"key\":\"k\",\"contentType\":\"application/json\",\"headers\":{\"h\":\"v\"},"
                                + "\"dataBase64\":\"MQ==\"},{\"dataBase64\":\"\"}]");
    }

    @Test
    void a_number_is_found_behind_nested_values() {
        assertThat(EventJson.number("{\"a\":{\"sequence\":1},\"b\":[2],\"sequence\":3}", "sequence"))
                .isEqualTo(3);
        assertThatThrownBy(() -> EventJson.number("{\"a\":1}", "sequence")).isInstanceOf(Lost.class);
        assertThatThrownBy(() -> EventJson.number("<html>", "sequence")).isInstanceOf(Lost.class);
    }

    @Test
    void an_object_keeps_the_order_of_its_members() {
        assertThat(EventJson.object("{\"b\":1,\"a\":\"x\",\"c\":null,\"d\":[true,{\"e\":1.5}]}")
                        .toString())
                .isEqualTo("{b=1, a=x, d=[true, {e=1.5}]}");
    }

    private static String line(NewEvent event) {
        return EventJson.line(
                        new Event("s", 1, 2, Instant.EPOCH, event.type(), event.key(), event.headers(), event.data()))
                .json();
    }
}

package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.spec.Proves;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Proves("SUB-32")
class CloudEventsTest extends Served {
    private static final String ONE = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String ORDERED =
            "{\"specversion\":\"1.0\",\"id\":\"a-1\",\"source\":\"/shop\",\"type\":\"ordered\",\"subject\":\"tea\","
                    + "\"time\":\"2018-04-05T17:31:00Z\",\"dataschema\":\"/schema\",\"comexample1\":7,\"comexample2\":true,"
                    + "\"comexample3\":null,\"data\":{\"n\":1.50}}";

    @Test
    void theBinaryFormKeepsItsAttributesAndData() {
        Answer answer = send(
                "POST /streams/a",
                "text/plain",
                "tea",
                "ce-specversion: 1.0",
                "ce-id: a-1",
                "ce-source: /shop",
                "ce-type: ordered",
                "ce-subject: Euro%20%E2%82%AC",
                "ce-comexample: 7");

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(out("a"))
                .isEqualTo("[{\"comexample\":\"7\",\"datacontenttype\":\"text/plain\",\"id\":\"a-1\","
                        + "\"sequence\":\"0000000000000000001\",\"source\":\"/shop\",\"specversion\":\"1.0\","
                        + "\"subject\":\"Euro \u20ac\",\"time\":\"" + first("a").time()
                        + "\",\"type\":\"ordered\",\"data\":\"tea\"}]");
        assertThat(first("a").type()).isEqualTo("ordered");
    }

    @Test
    void theStructuredFormKeepsItsAttributesAndItsDataByteByByte() {
        assertThat(send("POST /streams/a", ONE, ORDERED).status()).isEqualTo(201);

        assertThat(out("a"))
                .isEqualTo("[{\"comexample1\":\"7\",\"comexample2\":\"true\","
                        + "\"datacontenttype\":\"application/json\",\"dataschema\":\"/schema\",\"id\":\"a-1\","
                        + "\"sequence\":\"0000000000000000001\",\"source\":\"/shop\",\"specversion\":\"1.0\","
                        + "\"subject\":\"tea\",\"time\":\"2018-04-05T17:31:00Z\",\"type\":\"ordered\","
                        + "\"data\":{\"n\":1.50}}]");
    }

    @Test
    void aBatchIsOneAppendAndComesOutAsItWentIn() {
        String binary = "{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"s\",\"type\":\"t\","
                + "\"datacontenttype\":\"image/png\",\"data_base64\":\"AAEC\"}";
        String empty = "{\"specversion\":\"1.0\",\"id\":\"3\",\"source\":\"s\",\"type\":\"t\"}";

        Answer answer = send("POST /streams/a", BATCH, "[" + ORDERED + "," + binary + "," + empty + "]");

        assertThat(answer.body()).contains("\"first\":1,\"last\":3");
        assertThat(out("a"))
                .contains("\"data\":{\"n\":1.50}", "\"data_base64\":\"AAEC\"", "\"id\":\"3\"")
                .contains("\"sequence\":\"0000000000000000003\"");
        // What came out can go in somewhere else, but for the number that it has here.
        Answer again = send("POST /streams/b", BATCH, out("a").replaceAll("\"sequence\":\"[0-9]+\",", ""));
        assertThat(again.status()).as(again.body()).isEqualTo(201);
        assertThat(out("b").replaceAll("\"time\":\"[^\"]*\"", ""))
                .isEqualTo(out("a").replaceAll("\"time\":\"[^\"]*\"", ""));
    }

    @Test
    void sourceAndIdMakeARepeatAnswerTheFirstResult() {
        send("POST /streams/a", ONE, ORDERED);

        Answer repeat = send("POST /streams/a", ONE, ORDERED);
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.body()).contains("\"first\":1", "\"replayed\":true");

        assertThat(send("POST /streams/a", ONE, ORDERED.replace("1.50", "2")).status())
                .isEqualTo(422);
        assertThat(send("POST /streams/a", ONE, ORDERED.replace("a-1", "a-2")).status())
                .isEqualTo(201);
        assertThat(send("POST /streams/a", ONE, ORDERED.replace("/shop", "/sho").replace("a-1", "pa-1"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void anyOtherEventGoesOutAsOneOfThisLog() {
        append("orders/a b", "{\"n\":1}");

        assertThat(out("orders/a%20b"))
                .contains("\"id\":\"1\"", "\"source\":\"/streams/orders/a%20b\"", "\"type\":\"dev.fluxlog.event\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[{}]",
                "[1]",
                "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"sequence\":\"1\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"Upper\":\"1\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"x\":{}}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":1,\"data_base64\":\"AA==\"}"
            })
    void whatIsNoneIsRefused(String body) {
        Answer answer = send("POST /streams/a", body.startsWith("[") ? BATCH : ONE, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("/problems/invalid-request");
        assertThat(send("POST /streams/a", "text/plain", "x", "ce-specversion: 1.0", "ce-id: 1")
                        .status())
                .isEqualTo(400);
    }

    private String out(String stream) {
        Answer answer = ask("GET /streams/" + stream, "Accept: " + BATCH);
        assertThat(answer.header("Content-Type")).isEqualTo(BATCH);
        return answer.body();
    }

    private Event first(String stream) {
        List<Event> events = now(stream(stream)
                        .page(ReadOptions.forward(From.start()).withLimit(1)))
                .events();
        return events.get(0);
    }
}

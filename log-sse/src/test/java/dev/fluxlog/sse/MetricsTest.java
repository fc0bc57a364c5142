package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fluxlog.spec.Proves;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MetricsTest extends Served {
    @Override
    GatewayOptions options() {
        return super.options().withAccessLog(true);
    }

    @Test
    void whatHappenedIsCounted() {
        send("POST /streams/a", "application/x-ndjson", "1\n2\n3\n");
        send("POST /streams/a", "application/json", "1", "If-Match: \"9\"");
        send("POST /streams/a", "application/json", "broken{");
        send("BREW /streams/a", "text/plain", "");
        ask("GET /nothing/\"x\"");
        Wire open = connect().send("GET /streams/a", "", "Accept: text/event-stream");
        open.head();
        open.until("caught-up");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metrics())
                        .contains(
                                "fluxlog_requests_total{method=\"POST\",route=\"/streams/{name}\",status=\"201\"} 1\n")
                        .contains(
                                "fluxlog_requests_total{method=\"POST\",route=\"/streams/{name}\",status=\"412\"} 1\n")
                        .contains(
                                "fluxlog_requests_total{method=\"other\",route=\"/streams/{name}\",status=\"405\"} 1\n")
                        .contains("fluxlog_requests_total{method=\"GET\",route=\"other\",status=\"404\"} 1\n")
                        .contains("fluxlog_problems_total{problem=\"conflict\"} 1\n")
                        .contains("fluxlog_problems_total{problem=\"invalid-request\"} 1\n")
                        .contains("fluxlog_appended_events_total 3\n")
                        .contains("fluxlog_request_body_bytes_total 14\n")
                        .contains("fluxlog_open_streams 1\n")
                        .contains("fluxlog_position 3\n")
                        .contains("fluxlog_streams 1\n")
                        .contains("fluxlog_up 1\n")
                        .contains("fluxlog_state{state=\"serving\"} 1\n")
                        .contains("fluxlog_request_seconds_count{route=\"/streams/{name}\"} 4\n"));
    }

    @Test
    void everySampleIsOfAMetricThatIsExplained() {
        send("POST /streams/a", "application/json", "1");
        String help = "";
        for (String line : metrics().split("\n")) {
            if (line.startsWith("# HELP ")) {
                help = line.split(" ")[2];
            } else if (!line.startsWith("#")) {
                assertThat(line).startsWith(help).matches("[a-z_]+(\\{[^}]*}(})?[^}]*})?( |\\{.*} )[0-9.E+-]+");
            }
        }
    }

    @Test
    @Proves("SEC-5")
    void theAccessLogTellsWhoDidWhatAndNoSecret() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.fluxlog.access-log");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);

        ask("GET /streams/none%0a%0dforged?ticket=my-ticket", "Authorization: Bearer my-token");

        await().atMost(PATIENCE).until(() -> !lines.list.isEmpty());
        logger.detachAppender(lines);
        assertThat(lines.list.get(0).getFormattedMessage())
                .matches("anybody GET /streams/none%0a%0dforged 400 [0-9]+ ms [0-9a-f]{16}")
                .doesNotContain("my-ticket", "my-token");
    }

    private String metrics() {
        Answer answer = ask("GET /metrics");
        assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        return answer.body();
    }
}

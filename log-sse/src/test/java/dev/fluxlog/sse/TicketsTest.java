package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import dev.fluxlog.tck.ManualClock;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Proves("SEC-6")
class TicketsTest extends Served {
    private static final Pattern TICKET = Pattern.compile("\"ticket\":\"([A-Za-z0-9_.-]+)\"");
    private static final String ANN = "Authorization: Bearer ann";
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final KnownCallers callers = (KnownCallers) authority();
    private final ManualClock clock = (ManualClock) time();

    @Override
    GatewayOptions options() {
        KnownCallers known = new KnownCallers();
        known.know("ann", "read:a/*", "read:b", "append:*");
        return super.options().withAuthority(known).withClock(new ManualClock(NOON));
    }

    private Object authority() {
        return options.authority();
    }

    private Object time() {
        return options.clock();
    }

    @BeforeEach
    void fill() {
        append("a/1", "1");
        append("b", "1");
        append("c", "1");
    }

    @Test
    void aTicketLetsAnEventSourceReadWhatItsBuyerMay() {
        String ticket = buy("");

        assertThat(read("a/1", ticket)).isEqualTo(200);
        assertThat(read("b", ticket)).isEqualTo(200);
        assertThat(read("c", ticket)).isEqualTo(403);
    }

    @Test
    void aTicketForOneScopeIsRefusedForAnother() {
        String ticket = buy("{\"streams\":[\"a/*\"]}");

        assertThat(read("a/1", ticket)).isEqualTo(200);
        assertThat(read("b", ticket)).isEqualTo(403);
    }

    @Test
    void nobodyBuysMoreThanTheyMayRead() {
        assertThat(send("POST /tickets", "application/json", "{\"streams\":[\"*\"]}", ANN)
                        .status())
                .isEqualTo(403);
        assertThat(send("POST /tickets", "application/json", "{\"streams\":[\"c\"]}", ANN)
                        .status())
                .isEqualTo(403);
        assertThat(ask("POST /tickets").status()).isEqualTo(401);
        callers.know("bob", "append:*");
        assertThat(ask("POST /tickets", "Authorization: Bearer bob").status()).isEqualTo(403);
    }

    @Test
    void aTicketOnlyReads() {
        String ticket = buy("");

        assertThat(send("POST /streams/a/1?ticket=" + ticket, "application/json", "1")
                        .status())
                .isEqualTo(401);
        assertThat(ask("DELETE /streams/a/1?ticket=" + ticket).status()).isEqualTo(401);
        assertThat(ask("POST /tickets?ticket=" + ticket).status()).isEqualTo(401);
    }

    @Test
    void aTicketThatHasExpiredIsRefused() {
        String ticket = buy("");

        clock.set(NOON.plusSeconds(299));
        assertThat(read("a/1", ticket)).isEqualTo(200);
        clock.set(NOON.plusSeconds(300));
        assertThat(read("a/1", ticket)).isEqualTo(401);
    }

    @Test
    void aTicketDoesNotOutliveTheCredentialItWasBoughtWith() {
        callers.know("ann", NOON.plusSeconds(10), "read:*");
        String ticket = buy("");

        clock.set(NOON.plusSeconds(10));

        assertThat(read("a/1", ticket)).isEqualTo(401);
    }

    @Test
    void aTicketThatWasChangedOrMadeElsewhereIsRefused() {
        String ticket = buy("{\"streams\":[\"b\"]}");
        String wider = Tickets.create(options)
                .sell(callers.authenticate("ann").blockOptional().orElseThrow(), java.util.Set.of())
                .text();
        String content = ticket.substring(0, ticket.indexOf('.'));
        for (String broken : new String[] {
            wider,
            content,
            content + ".",
            wider.substring(0, wider.indexOf('.')) + ticket.substring(ticket.indexOf('.')),
            "A" + ticket.substring(1),
            ".",
            "%00",
            "x".repeat(2_000)
        }) {
            assertThat(read("b", broken)).as(broken).isEqualTo(401);
        }
    }

    @Test
    void aTicketThatIsNoneIsTold() {
        Answer answer = send("POST /tickets", "application/json", "{\"streams\":[\"a*b\"]}", ANN);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(send("POST /tickets", "application/json", "{\"streams\":[]}", ANN)
                        .status())
                .isEqualTo(400);
        assertThat(send("POST /tickets", "application/json", "{\"all\":1}", ANN).status())
                .isEqualTo(400);
    }

    private String buy(String body) {
        Answer answer =
                body.isEmpty() ? ask("POST /tickets", ANN) : send("POST /tickets", "application/json", body, ANN);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        Matcher ticket = TICKET.matcher(answer.body());
        assertThat(ticket.find()).isTrue();
        return ticket.group(1);
    }

    private int read(String stream, String ticket) {
        return connect()
                .send("GET /streams/" + stream + "?ticket=" + ticket, "", "Accept: text/event-stream")
                .head()
                .status();
    }
}

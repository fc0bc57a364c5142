package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import dev.fluxlog.tck.ManualClock;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was allowed once is asked for again: at each resume, and when the answer may have become another. */
@Proves("SUB-24")
class PermissionTimeTest extends Served {
    private static final KnownCallers CALLERS = new KnownCallers();
    private static final ManualClock CLOCK = new ManualClock(Instant.parse("2026-11-20T12:00:00Z"));
    private static final String[] ANN = {"Accept: text/event-stream", "Authorization: Bearer ann"};

    @Override
    GatewayOptions options() {
        return super.options().withAuthority(CALLERS).withClock(CLOCK);
    }

    @BeforeEach
    void fill() {
        CALLERS.know("ann", "read:*");
        append("a", "1", "2", "3");
    }

    @Test
    void aResumeWithACredentialThatWasRevokedGetsNoEvent() {
        Wire first = connect().send("GET /streams/a?from=start", "", ANN);
        first.head();
        first.until("id: 1\n");
        CALLERS.forget("ann");

        Answer resumed = ask("GET /streams/a", "Last-Event-ID: 1", ANN[0], ANN[1]);

        assertThat(resumed.status()).isEqualTo(401);
        assertThat(resumed.body()).doesNotContain("sequence").contains("/problems/unauthenticated");
    }

    @Test
    void aResumeWithACredentialThatWasNarrowedGetsNoEvent() {
        CALLERS.know("ann", "read:b");

        Answer resumed = ask("GET /streams/a", "Last-Event-ID: 1", ANN[0], ANN[1]);

        assertThat(resumed.status()).isEqualTo(403);
        assertThat(resumed.body()).doesNotContain("sequence").contains("/problems/forbidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/streams/a?from=start",
                "/streams/a?follow=true",
                "/events?stream=a&from=start",
                "/events?follow=true&prefix=a",
                "/v1/stream/a?offset=-1&live=sse",
                "/v1/stream/a?offset=now&live=sse"
            })
    void anOpenStreamEndsWhenItsCredentialIsRevoked(String path) {
        Wire open = open(path);

        CALLERS.forget("ann");

        assertThat(open.rest()).contains("unauthenticated");
    }

    @Test
    void anOpenStreamEndsWhenItsCredentialIsNarrowed() {
        Wire open = open("/streams/a?from=start");

        CALLERS.know("ann", "read:b,append:a".split(","));

        assertThat(open.rest()).contains("event: error\n").contains("/problems/forbidden");
    }

    @Test
    void anOpenStreamStaysWhenItsCredentialIsReplacedByOneThatIsEnough() {
        Wire open = open("/streams/a?from=start");

        CALLERS.know("ann", "read:a");
        append("a", "4");

        assertThat(open.until("id: 4\n")).doesNotContain("error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/streams/a?from=start", "/streams/a?follow=true", "/v1/stream/a?offset=-1&live=sse"})
    void anOpenStreamEndsWhenItsCredentialExpires(String path) {
        CALLERS.know("ann", CLOCK.instant().plusMillis(300), "read:*");

        Wire open = open(path);

        assertThat(open.rest()).contains("unauthenticated");
    }

    private Wire open(String path) {
        Wire open = path.contains("follow")
                ? connect().send("GET " + path, "", "Authorization: Bearer ann")
                : connect().send("GET " + path, "", ANN);
        assertThat(open.head().status()).isEqualTo(200);
        open.part();
        return open;
    }
}

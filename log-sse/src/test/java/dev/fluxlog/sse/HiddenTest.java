package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import org.junit.jupiter.api.Test;

/** A gateway that does not tell what there is to those who may not know. */
@Proves("SEC-2")
class HiddenTest extends Served {
    @Override
    GatewayOptions options() {
        KnownCallers callers = new KnownCallers();
        callers.know("reader", "read:in/*");
        return super.options().withAuthority(callers).withHidesForbidden(true);
    }

    @Test
    void whatMayNotBeReadLooksAsIfItDidNotExist() {
        append("out/a", "1");

        Answer hidden = ask("GET /streams/out/a", "Authorization: Bearer reader");
        Answer missing = ask("GET /streams/in/a", "Authorization: Bearer reader");

        assertThat(hidden.status()).isEqualTo(missing.status()).isEqualTo(404);
        assertThat(alike(hidden, "out/a")).isEqualTo(alike(missing, "in/a"));
    }

    private static String alike(Answer answer, String stream) {
        return answer.body().replace(stream, "@").replaceAll("/requests/[0-9a-f]+", "");
    }
}

package dev.fluxlog.sse;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The version of what a gateway speaks, and the ids of its requests. Every answer has both in its head. */
final class Protocol {
    static final String HEADER = "Fluxlog-Protocol";
    /** Rises when a client that was right before would be answered otherwise; what is only more leaves it. */
    static final String VERSION = "1";

    static final String REQUEST_ID = "Request-Id";
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z_.-]{1,64}");

    private Protocol() {}

    /** The id that the client gave its request; one of ours where it gave none, or one that could not be shown. */
    static String requestId(HttpHeaders given) {
        String id = given.get(REQUEST_ID);
        return id != null && ID.matcher(id).matches()
                ? id
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** @throws Refusal when the client names a version that is not spoken here */
    static void require(Exchange exchange) {
        String wanted = exchange.header(HEADER);
        if (!wanted.isEmpty() && !wanted.equals(VERSION)) {
            throw Problems.protocolVersion(wanted, VERSION);
        }
    }
}

package dev.fluxlog.sse;

import dev.fluxlog.access.Caller;
import dev.fluxlog.access.Grant;
import dev.fluxlog.access.Right;
import dev.fluxlog.access.Scope;
import dev.fluxlog.access.Unauthenticated;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Short-lived tokens for the query of a URL, for clients that can send no header.
 *
 * <p>A ticket is what it lets do, in plain words, and a code over them (HMAC-SHA-256) that only this gateway can make:
 * nothing is kept for it. It lets read and nothing else, within what its buyer may read, until its end or that of the
 * buyer's own token. The key is made at the start and kept nowhere, so a ticket does not outlive the gateway.
 */
final class Tickets {
    static final String PARAMETER = "ticket";

    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;
    private final Duration time;
    private final Clock clock;

    private Tickets(byte[] secret, GatewayOptions options) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.time = options.ticketTime();
        this.clock = options.clock();
    }

    /** Blocks for as long as randomness takes. */
    static Tickets create(GatewayOptions options) {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new Tickets(secret, options);
    }

    /** What was sold. */
    record Ticket(String text, Instant until) {}

    /** @param scopes all of which the buyer may read */
    Ticket sell(Caller buyer, Set<Scope> scopes) {
        Instant end = clock.instant().plus(time);
        Instant until = end.isBefore(buyer.until()) ? end : buyer.until();
        StringBuilder words = new StringBuilder().append(until.toEpochMilli());
        scopes.stream()
                .map(Scope::toString)
                .sorted()
                .forEach(scope -> words.append(' ').append(scope));
        words.append('\n').append(buyer.name());
        byte[] content = words.toString().getBytes(StandardCharsets.UTF_8);
        return new Ticket(ENCODER.encodeToString(content) + "." + ENCODER.encodeToString(code(content)), until);
    }

    /** @throws Unauthenticated when it is none, was made elsewhere or has expired */
    Caller open(String ticket) {
        try {
            int dot = ticket.indexOf('.');
            byte[] content = Base64.getUrlDecoder().decode(ticket.substring(0, Math.max(0, dot)));
            byte[] code = Base64.getUrlDecoder().decode(ticket.substring(dot + 1));
            if (!MessageDigest.isEqual(code, code(content))) {
                throw new Unauthenticated("the ticket was not made here");
            }
            return caller(new String(content, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException broken) {
            throw new Unauthenticated("the ticket is none");
        }
    }

    private Caller caller(String content) {
        int line = content.indexOf('\n');
        String[] words = content.substring(0, line).split(" ", -1);
        Instant until = Instant.ofEpochMilli(Long.parseLong(words[0]));
        if (!clock.instant().isBefore(until)) {
            throw new Unauthenticated("the ticket has expired");
        }
        Set<Grant> grants = new HashSet<>();
        for (int i = 1; i < words.length; i++) {
            grants.add(new Grant(Right.READ, Scope.of(words[i])));
        }
        return new Caller(content.substring(line + 1), grants, until);
    }

    private byte[] code(byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

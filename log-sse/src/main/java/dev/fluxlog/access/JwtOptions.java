package dev.fluxlog.access;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;

/**
 * Which JSON Web Tokens (RFC 7519) are taken.
 *
 * @param keys where the public keys are, as a JSON Web Key Set (RFC 7517): a {@code file:} or an {@code https:} address;
 *     {@code http:} only of the machine itself
 * @param issuer what {@code iss} has to be
 * @param audience what {@code aud} has to contain
 * @param claim which claim holds the grants, as an array of strings or as one string with spaces between; {@code
 *     fluxlog}; words in it that are no grants are passed over
 * @param skew how far the clocks of issuer and server may differ; 30 s
 * @param refresh pause between two looks at an address for other keys; 5 min
 * @param clock tells what has expired
 */
public record JwtOptions(
        URI keys, String issuer, String audience, String claim, Duration skew, Duration refresh, Clock clock) {
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration REFRESH = Duration.ofMinutes(5);

    public JwtOptions {
        String scheme = keys.getScheme() == null ? "" : keys.getScheme();
        boolean here = scheme.equals("http") && ("127.0.0.1".equals(keys.getHost()) || "[::1]".equals(keys.getHost()));
        if (!scheme.equals("file") && !scheme.equals("https") && !here) {
            throw new IllegalArgumentException("keys are fetched from file: or https:, and http://127.0.0.1: " + keys);
        }
        if (issuer.isBlank() || audience.isBlank() || claim.isBlank()) {
            throw new IllegalArgumentException("issuer, audience and claim are not empty");
        }
        if (skew.isNegative() || refresh.isNegative() || refresh.isZero()) {
            throw new IllegalArgumentException("skew is not negative, and refresh is positive");
        }
    }

    public static JwtOptions of(URI keys, String issuer, String audience) {
        return new JwtOptions(keys, issuer, audience, "fluxlog", SKEW, REFRESH, Clock.systemUTC());
    }

    public JwtOptions withClaim(String value) {
        return new JwtOptions(keys, issuer, audience, value, skew, refresh, clock);
    }

    public JwtOptions withSkew(Duration value) {
        return new JwtOptions(keys, issuer, audience, claim, value, refresh, clock);
    }

    public JwtOptions withRefresh(Duration value) {
        return new JwtOptions(keys, issuer, audience, claim, skew, value, clock);
    }

    public JwtOptions withClock(Clock value) {
        return new JwtOptions(keys, issuer, audience, claim, skew, refresh, value);
    }
}

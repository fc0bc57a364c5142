package dev.fluxlog.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.fluxlog.spec.Proves;
import dev.fluxlog.tck.ManualClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

@Proves("SEC-2")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JsonWebTokensTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ISSUER = "https://issuer.example";
    private static final String AUDIENCE = "fluxlog";

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final AtomicInteger fetches = new AtomicInteger();
    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
                fetches.incrementAndGet();
                return response.sendString(Mono.fromSupplier(() -> this.served));
            })
            .bindNow();

    private final RSAKey rsa = rsa("rsa");
    private final ECKey ec = ec("ec");
    private Authority authority = Authority.anybody();
    private volatile String served = "";

    @BeforeAll
    void serve() {
        serve(rsa, ec);
    }

    @AfterEach
    void close() {
        authority.close().block(PATIENCE);
    }

    @AfterAll
    void stop() {
        server.disposeNow();
    }

    @Test
    void aTokenSignedByAKnownKeyStandsForItsSubjectAndGrants() throws Exception {
        open();
        for (String token : List.of(
                signed(new RSASSASigner(rsa), JWSAlgorithm.RS256, "rsa", claims().build()),
                signed(new ECDSASigner(ec), JWSAlgorithm.ES256, "ec", claims().build()))) {
            Caller caller = who(token);
            assertThat(caller.name()).isEqualTo("ann");
            assertThat(caller.grants()).isEqualTo(Grant.of("read:orders/*"));
            assertThat(caller.until()).isEqualTo(clock.instant().plusSeconds(90));
        }
    }

    @Test
    void grantsMayBeOneStringAndStandAmongOtherWords() throws Exception {
        open();
        JWTClaimsSet scope =
                claims().claim("fluxlog", "openid read:a append:b/*").build();

        Caller caller = who(signed(new RSASSASigner(rsa), JWSAlgorithm.RS256, "rsa", scope));
        assertThat(caller.may(Right.READ, "a")).isTrue();
        assertThat(caller.may(Right.APPEND, "b/1")).isTrue();
        assertThat(caller.grants()).hasSize(2);
    }

    @Test
    void aTokenThatIsExpiredTooEarlyOfAnotherIssuerOrForAnotherAudienceIsRefused() throws Exception {
        open();
        refused(claims().expirationTime(at(-31)).build());
        refused(claims().notBeforeTime(at(31)).build());
        refused(claims().issuer("https://other.example").build());
        refused(claims().audience("other").build());
        refused(claims().audience((String) null).build());
        refused(claims().expirationTime(null).build());
        who(signed(
                new RSASSASigner(rsa),
                JWSAlgorithm.RS256,
                "rsa",
                claims().expirationTime(at(-29)).build()));
        who(signed(
                new RSASSASigner(rsa),
                JWSAlgorithm.RS256,
                "rsa",
                claims().notBeforeTime(at(29)).build()));
    }

    @Test
    void aTokenWithoutSignatureIsRefused() {
        open();
        refused(new PlainJWT(claims().build()).serialize());
    }

    @Test
    void aTokenSignedWithThePublicKeyAsASecretIsRefused() throws Exception {
        open();
        byte[] known = rsa.toRSAPublicKey().getEncoded();
        String json = rsa.toPublicJWK().toJSONString();
        refused(signed(new MACSigner(known), JWSAlgorithm.HS256, "rsa", claims().build()));
        refused(signed(
                new MACSigner(json.getBytes(StandardCharsets.UTF_8)), JWSAlgorithm.HS256, "rsa", claims().build()));
    }

    @Test
    void aTokenThatWasChangedOrSignedByAStrangerIsRefused() throws Exception {
        open();
        String good = signed(new RSASSASigner(rsa), JWSAlgorithm.RS256, "rsa", claims().build());
        String[] parts = good.split("\\.");
        String other = signed(
                        new RSASSASigner(rsa),
                        JWSAlgorithm.RS256,
                        "rsa",
                        claims().subject("eve").build())
                .split("\\.")[1];
        refused(parts[0] + "." + other + "." + parts[2]);
        refused(parts[0] + "." + parts[1] + ".");
        refused(signed(new RSASSASigner(rsa("rsa")), JWSAlgorithm.RS256, "rsa", claims().build()));
        refused(signed(new RSASSASigner(rsa("other")), JWSAlgorithm.RS256, "other", claims().build()));
        refused("no token at all");
        refused("x".repeat(9_000));
    }

    @Test
    void aKeyThatIsNewIsFetchedWhenATokenNamesItAndNotAtEachAttempt() throws Exception {
        open();
        RSAKey next = rsa("next");
        String token = signed(new RSASSASigner(next), JWSAlgorithm.RS256, "next", claims().build());
        int before = fetches.get();
        refused(token);
        assertThat(fetches.get()).isEqualTo(before);

        serve(rsa, next);
        pass(11);

        assertThat(who(token).name()).isEqualTo("ann");
        assertThat(fetches.get()).isEqualTo(before + 1);
        serve(rsa, ec);
    }

    @Test
    void aKeyThatIsWithdrawnTakesItsTokensAlong() throws Exception {
        open();
        String token = signed(new RSASSASigner(rsa), JWSAlgorithm.RS256, "rsa", claims().build());
        assertThat(who(token).name()).isEqualTo("ann");

        serve(ec);
        pass(11);
        refused(signed(new RSASSASigner(rsa), JWSAlgorithm.RS256, "unknown", claims().build()));

        refused(token);
        serve(rsa, ec);
    }

    @Test
    void aRememberedTokenEndsAtItsTime() throws Exception {
        open();
        String token = signed(new RSASSASigner(rsa), JWSAlgorithm.RS256, "rsa", claims().build());
        assertThat(who(token).name()).isEqualTo("ann");

        pass(91);

        refused(token);
    }

    @Test
    void keysThatCannotBeHadEndTheStart() {
        assertThatThrownBy(() -> JsonWebTokens.open(JwtOptions.of(URI.create("http://127.0.0.1:1/"), ISSUER, AUDIENCE))
                        .block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot fetch keys");
        served = "<html>";
        assertThatThrownBy(this::open).isInstanceOf(IllegalArgumentException.class);
        served = "x".repeat((1 << 20) + 1);
        assertThatThrownBy(this::open).isInstanceOf(IllegalArgumentException.class);
        serve(rsa, ec);
        assertThatThrownBy(() -> JwtOptions.of(URI.create("http://issuer.example/keys"), ISSUER, AUDIENCE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void open() {
        URI keys = URI.create("http://127.0.0.1:" + server.port() + "/keys");
        authority = Objects.requireNonNull(
                JsonWebTokens.open(JwtOptions.of(keys, ISSUER, AUDIENCE).withClock(clock))
                        .block(PATIENCE));
    }

    private void pass(long seconds) {
        clock.set(clock.instant().plusSeconds(seconds));
    }

    private Caller who(String token) {
        return Objects.requireNonNull(authority.authenticate(token).block(PATIENCE));
    }

    private void refused(JWTClaimsSet claims) throws JOSEException {
        refused(signed(new RSASSASigner(rsa), JWSAlgorithm.RS256, "rsa", claims));
    }

    private void refused(String token) {
        assertThatThrownBy(() -> who(token)).isInstanceOf(Unauthenticated.class);
    }

    private void serve(JWK... keys) {
        served = new JWKSet(List.of(keys)).toString();
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("ann")
                .issuer(ISSUER)
                .audience(List.of("else", AUDIENCE))
                .expirationTime(at(60))
                .claim("fluxlog", List.of("read:orders/*", "sing:songs"));
    }

    private Date at(long secondsFromNow) {
        return Date.from(clock.instant().plusSeconds(secondsFromNow));
    }

    private static String signed(JWSSigner signer, JWSAlgorithm algorithm, String key, JWTClaimsSet claims)
            throws JOSEException {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key).build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    private static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.fluxlog.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens against one set of keys: the class that knows the library which does it.
 *
 * <p>Only signatures by a private key are taken. So there is no unsigned token, and none that was signed with a public
 * key as if it were a shared secret. Issuer, audience and an end are asked for in every token.
 */
final class JwtVerifier {
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** Most tokens that are remembered, by their hash, so that none lies in memory longer than its request. */
    static final int REMEMBERED_MAX = 1_000;

    private final JWKSet keys;
    private final JwtOptions options;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private final Map<String, Caller> remembered = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Caller> eldest) {
            return size() > REMEMBERED_MAX;
        }
    });

    /** @param keySet a JSON Web Key Set; keys in it that are no public keys are of no use and do no harm */
    JwtVerifier(byte[] keySet, JwtOptions options) {
        try {
            this.keys = JWKSet.parse(new String(keySet, StandardCharsets.UTF_8)).toPublicJWKSet();
        } catch (ParseException notKeys) {
            throw new IllegalArgumentException("what was read is no JSON Web Key Set", notKeys);
        }
        this.options = options;
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
        processor.setJWTClaimsSetVerifier(new Claims(options));
    }

    /** Who the token was found to stand for, while it lasts; else null. */
    @Nullable
    Caller known(String token) {
        Caller known = remembered.get(key(token));
        return known != null && options.clock().instant().isBefore(known.until()) ? known : null;
    }

    private static String key(String token) {
        return HexFormat.of().formatHex(TokenHash.of(token));
    }

    /** @throws Unauthenticated when the token lets nobody in */
    Caller verify(String token) {
        try {
            JWTClaimsSet claims = processor.process(SignedJWT.parse(token), null);
            Instant until = claims.getExpirationTime().toInstant().plus(options.skew());
            Caller caller = new Caller(name(claims), grants(claims), until);
            remembered.put(key(token), caller);
            return caller;
        } catch (ParseException | BadJOSEException | JOSEException refused) {
            throw new Unauthenticated("the token is not taken");
        }
    }

    /** Whether the token names a key which is not in the set, so that newer keys may know it. */
    boolean lacksKeyOf(String token) {
        try {
            String id = SignedJWT.parse(token).getHeader().getKeyID();
            return id != null && keys.getKeyByKeyId(id) == null;
        } catch (ParseException none) {
            return false;
        }
    }

    private static String name(JWTClaimsSet claims) {
        String subject = claims.getSubject();
        return subject == null || subject.isBlank() ? "unnamed" : subject;
    }

    private Set<Grant> grants(JWTClaimsSet claims) throws ParseException {
        Object claim = claims.getClaim(options.claim());
        List<?> words =
                claim instanceof String text ? List.of(text.split(" ")) : claim instanceof List<?> l ? l : List.of();
        Set<Grant> grants = new HashSet<>();
        for (Object word : words) {
            try {
                grants.addAll(Grant.of(String.valueOf(word)));
            } catch (IllegalArgumentException ofSomethingElse) {
                continue;
            }
        }
        return grants;
    }

    /** With the clock of the options, and with what every token must have. */
    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final JwtOptions options;

        Claims(JwtOptions options) {
            super(
                    options.audience(),
                    new JWTClaimsSet.Builder().issuer(options.issuer()).build(),
                    Set.of("exp"));
            this.options = options;
            setMaxClockSkew((int) options.skew().toSeconds());
        }

        @Override
        protected Date currentTime() {
            return Date.from(options.clock().instant());
        }
    }
}

package dev.fluxlog.access;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The certificate chain and the private key of a server, in two PEM files that may be replaced while it runs: handshakes
 * from then on use what is there. While the two do not fit each other, as between two writes, what was used before stays.
 *
 * <p>The key is in PKCS #8 (RFC 7468, section 10) and not encrypted; RSA, EC or Ed25519.
 */
public final class ServerKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ServerKeys.class);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
    private static final ServerKeys NONE = new ServerKeys(null, Schedulers.immediate());

    private final Scheduler scheduler;
    private volatile @Nullable Pair current;

    private ServerKeys(@Nullable Pair pair, Scheduler scheduler) {
        this.current = pair;
        this.scheduler = scheduler;
    }

    /** No keys: a server without TLS. */
    public static ServerKeys none() {
        return NONE;
    }

    /**
     * Reads both files and keeps watching them.
     *
     * <p><em>Fails with</em> {@link IllegalArgumentException} when one of them is not what it should be, or others may
     * read the key.
     */
    public static Mono<ServerKeys> open(Path chain, Path key) {
        Scheduler scheduler = Schedulers.newBoundedElastic(1, 100, "fluxlog-keys", 60, true);
        return WatchedFile.open(chain, WatchedFile.Privacy.UNCHANGED, bytes -> bytes, scheduler)
                .zipWith(WatchedFile.open(key, WatchedFile.Privacy.SECRET, bytes -> bytes, scheduler))
                .map(files -> {
                    WatchedFile<byte[]> chainFile = files.getT1();
                    WatchedFile<byte[]> keyFile = files.getT2();
                    ServerKeys keys = new ServerKeys(Pair.of(chainFile.value(), keyFile.value()), scheduler);
                    chainFile
                            .changes()
                            .mergeWith(keyFile.changes())
                            .subscribe(change -> keys.replace(chainFile, keyFile));
                    return keys;
                })
                .doOnError(failure -> scheduler.dispose());
    }

    public boolean isPresent() {
        return current != null;
    }

    /** For the side of a handshake that is a server. */
    public X509ExtendedKeyManager keyManager() {
        return new KeyChoice();
    }

    /** Ends the watching. Lazy and repeatable. */
    public Mono<Void> close() {
        return Mono.fromRunnable(scheduler::dispose);
    }

    @Override
    public String toString() {
        return isPresent() ? "keys" : "none";
    }

    private void replace(WatchedFile<byte[]> chain, WatchedFile<byte[]> key) {
        try {
            current = Pair.of(chain.value(), key.value());
            LOG.info("The certificate was replaced");
        } catch (IllegalArgumentException unusable) {
            LOG.warn("The certificate was not replaced: {}", unusable.getMessage());
        }
    }

    private record Pair(List<X509Certificate> chain, PrivateKey key) {

        static Pair of(byte[] chainPem, byte[] keyPem) {
            try {
                List<X509Certificate> chain =
                        CertificateFactory.getInstance("X.509")
                                .generateCertificates(new ByteArrayInputStream(chainPem))
                                .stream()
                                .map(X509Certificate.class::cast)
                                .toList();
                Matcher pem = KEY.matcher(new String(keyPem, StandardCharsets.US_ASCII));
                if (chain.isEmpty() || !pem.find()) {
                    throw new IllegalArgumentException(
                            "a PEM file of certificates and one with a PKCS #8 key (BEGIN PRIVATE KEY) are needed");
                }
                PrivateKey key = key(Base64.getMimeDecoder().decode(pem.group(1)));
                checkFit(chain.get(0), key);
                return new Pair(chain, key);
            } catch (GeneralSecurityException unusable) {
                throw new IllegalArgumentException(
                        "the certificate cannot be used: " + unusable.getMessage(), unusable);
            }
        }

        private static PrivateKey key(byte[] encoded) {
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                } catch (GeneralSecurityException ofAnotherKind) {
                    continue;
                }
            }
            throw new IllegalArgumentException("the key is none of " + ALGORITHMS);
        }

        private static void checkFit(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
            String algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> "Ed25519";
            };
            byte[] something = certificate.getEncoded();
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(something);
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(certificate.getPublicKey());
            checking.update(something);
            if (!checking.verify(signing.sign())) {
                throw new IllegalArgumentException("the key is not that of the certificate");
            }
        }
    }

    /** Answers with the pair of the moment. Its alias names the kind of key, since nothing else has to be chosen. */
    private final class KeyChoice extends X509ExtendedKeyManager {

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            Pair pair = current;
            if (pair == null) {
                return null;
            }
            String algorithm = pair.chain.get(0).getPublicKey().getAlgorithm();
            return keyType.startsWith(algorithm) ? algorithm : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return chooseEngineServerAlias(keyType, issuers, null);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            Pair pair = current;
            return pair == null ? null : pair.chain.toArray(X509Certificate[]::new);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            Pair pair = current;
            return pair == null ? null : pair.key;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            String alias = chooseEngineServerAlias(keyType, issuers, null);
            return alias == null ? null : new String[] {alias};
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}

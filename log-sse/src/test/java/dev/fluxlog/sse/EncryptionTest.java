package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.EventLog;
import dev.fluxlog.NewEvent;
import dev.fluxlog.access.ServerKeys;
import dev.fluxlog.memory.MemoryLog;
import dev.fluxlog.spec.Proves;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/** A gateway that speaks TLS and nothing else. */
@Timeout(90)
@Proves("SEC-1")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncryptionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path folder = Path.of("");

    private ServerKeys keys = ServerKeys.none();
    private final EventLog log = now(MemoryLog.open());
    private final AtomicReference<Gateway> gateway = new AtomicReference<>();
    private final ConnectionProvider connections = ConnectionProvider.create("test", 1);

    @BeforeAll
    void start() throws Exception {
        TestKeys.write(folder, "first");
        keys = now(ServerKeys.open(folder.resolve("chain.pem"), folder.resolve("key.pem")));
        gateway.set(now(Gateway.start(
                log,
                GatewayOptions.defaults()
                        .withPort(0)
                        .withDrainMax(Duration.ofSeconds(2))
                        .withHeartbeat(Duration.ofMillis(200))
                        .withServerKeys(keys))));
    }

    @AfterAll
    void end() {
        connections.dispose();
        gateway().close().block(PATIENCE);
        keys.close().block(PATIENCE);
        log.close().block(PATIENCE);
        assertThat(LeakWatch.leaks()).isEmpty();
    }

    @Test
    void plainTextIsNotAnswered() {
        try (Wire wire = new Wire(gateway().address())) {
            wire.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThatThrownBy(wire::head).isInstanceOfAny(AssertionError.class, RuntimeException.class);
        } catch (java.io.IOException closed) {
            assertThat(closed).isNotNull();
        }
    }

    @Test
    void http2IsSpokenWithThoseWhoOfferItAndHttp11WithTheOthers() {
        for (HttpProtocol protocol : new HttpProtocol[] {HttpProtocol.H2, HttpProtocol.HTTP11}) {
            HttpClientResponse response =
                    now(client(protocol).get().uri("/healthz").response());

            assertThat(response.status().code()).isEqualTo(200);
            assertThat(response.version().text()).isEqualTo(protocol == HttpProtocol.H2 ? "HTTP/2.0" : "HTTP/1.1");
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotAccepted() {
        HttpClient careful = HttpClient.newConnection().baseUrl(url()).secure();

        assertThatThrownBy(() -> careful.get().uri("/healthz").response().block(PATIENCE))
                .hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void aCertificateThatWasReplacedCountsForTheNextHandshake() throws Exception {
        assertThat(subject()).contains("CN=first");

        TestKeys.write(folder, "second");

        await().atMost(PATIENCE).until(() -> subject().contains("CN=second"));
        TestKeys.write(folder, "first");
        await().atMost(PATIENCE).until(() -> subject().contains("CN=first"));
    }

    @Test
    void aKeyThatOthersMayReadOrThatIsNotThatOfTheCertificateIsRefused(@TempDir Path other) throws Exception {
        TestKeys.write(other, "other");
        assertThatThrownBy(() -> ServerKeys.open(folder.resolve("chain.pem"), other.resolve("key.pem"))
                        .block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not that of the certificate");
        Files.setPosixFilePermissions(other.resolve("key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> ServerKeys.open(other.resolve("chain.pem"), other.resolve("key.pem"))
                        .block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chmod");
        Files.writeString(other.resolve("chain.pem"), "no certificate");
        Files.setPosixFilePermissions(other.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> ServerKeys.open(other.resolve("chain.pem"), other.resolve("key.pem"))
                        .block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Proves("SUB-23")
    void ahundredEventStreamsShareAConnectionAndOneThatIsNotReadHoldsUpNoneOfThem() {
        byte[] large = new byte[60_000];
        now(log.stream("loud").append(NewEvent.of(large)));
        now(log.stream("loud").append(NewEvent.of(large)));
        now(log.stream("quiet").append(NewEvent.json("1")));
        HttpClient client = client(HttpProtocol.H2);
        // Takes the head, and of the body nothing: its window of 16 KiB shuts and stays so.
        Connection unread = Objects.requireNonNull(client.get()
                .uri("/streams/loud?from=start")
                .responseConnection((response, connection) -> Mono.just(connection))
                .blockFirst(PATIENCE));

        Long received = Flux.range(0, 100)
                .flatMap(
                        i -> client.get()
                                .uri("/streams/quiet?from=start")
                                .responseContent()
                                .asString(StandardCharsets.UTF_8)
                                .takeUntil(text -> text.contains("caught-up"))
                                .reduce("", String::concat),
                        100)
                .filter(text -> text.contains("id: 1\n"))
                .count()
                .block(PATIENCE);

        unread.dispose();
        assertThat(received).isEqualTo(100);
        assertThat(gateway().connections()).isLessThanOrEqualTo(4);
    }

    @Test
    void eventStreamsAreToldWhenTheGatewayEnds() throws Exception {
        Gateway other =
                now(Gateway.start(log, GatewayOptions.defaults().withPort(0).withServerKeys(keys)));
        now(log.stream("quiet").append(NewEvent.json("1")));
        Mono<String> body = client(HttpProtocol.H2)
                .baseUrl("https://localhost:" + other.address().getPort())
                .get()
                .uri("/streams/quiet?from=start")
                .responseContent()
                .asString(StandardCharsets.UTF_8)
                .doOnNext(text -> {
                    if (text.contains("caught-up")) {
                        other.close().subscribe();
                    }
                })
                .reduce("", String::concat);

        assertThat(now(body)).contains("event: bye\n");
        other.close().block(PATIENCE);
    }

    private HttpClient client(HttpProtocol protocol) {
        return HttpClient.create(connections)
                .baseUrl(url())
                .headers(headers -> headers.set("Accept", "text/event-stream"))
                .http2Settings(settings -> settings.initialWindowSize(16_384).maxConcurrentStreams(200))
                .protocol(protocol)
                .secure(spec -> {
                    if (protocol == HttpProtocol.H2) {
                        spec.sslContext(Http2SslContextSpec.forClient().configure(this::trusting));
                    } else {
                        spec.sslContext(Http11SslContextSpec.forClient().configure(this::trusting));
                    }
                });
    }

    private void trusting(SslContextBuilder builder) {
        builder.trustManager(new File(folder.toFile(), "chain.pem"));
    }

    private String url() {
        return "https://localhost:" + gateway().address().getPort();
    }

    private Gateway gateway() {
        return Objects.requireNonNull(gateway.get());
    }

    private String subject() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        TrustManager[] all = InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
        trusting.init(null, all, null);
        assertThat(all[0]).isInstanceOf(X509TrustManager.class);
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory()
                .createSocket("127.0.0.1", gateway().address().getPort())) {
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    private static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE));
    }
}

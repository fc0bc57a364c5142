package dev.fluxlog.access;

import io.netty.channel.ChannelOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/**
 * Tokens that somebody else has signed, and whose keys are at an address.
 *
 * <p>Keys are fetched at the start, then every few minutes, and when a token names one that is not known, though not
 * more often than every {@code 10 s}, whatever tokens are sent. When they cannot be fetched those before stay. A checked
 * token is remembered until it expires or the keys change, {@value JwtVerifier#REMEMBERED_MAX} at most, so that its signature is
 * calculated once and not with each request. Signatures are checked on threads of their own.
 */
public final class JsonWebTokens implements Authority {
    private static final Logger LOG = LoggerFactory.getLogger(JsonWebTokens.class);
    private static final int THREADS = 2;
    private static final int WAITING_MAX = 10_000;
    private static final int KEY_BYTES_MAX = 1 << 20;
    private static final int TOKEN_CHARS_MAX = 8 << 10;
    private static final Duration FETCH_MAX = Duration.ofSeconds(10);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

    private final JwtOptions options;
    private final Scheduler scheduler;
    private final Sinks.Many<Long> changes = Sinks.many().multicast().directBestEffort();
    private final AtomicBoolean fetching = new AtomicBoolean();
    private volatile byte[] keys = new byte[0];
    private volatile @Nullable JwtVerifier verifier;
    private volatile Instant asked = Instant.MIN;

    private JsonWebTokens(JwtOptions options, Scheduler scheduler) {
        this.options = options;
        this.scheduler = scheduler;
    }

    /**
     * Fetches the keys and keeps them fresh.
     *
     * <p><em>Fails with</em> {@link IllegalArgumentException} when they cannot be had.
     */
    public static Mono<Authority> open(JwtOptions options) {
        return Mono.defer(() -> {
            Scheduler scheduler = Schedulers.newBoundedElastic(THREADS, WAITING_MAX, "fluxlog-jwt", 60, true);
            JsonWebTokens tokens = new JsonWebTokens(options, scheduler);
            return tokens.begin().<Authority>thenReturn(tokens).doOnError(failure -> scheduler.dispose());
        });
    }

    private Mono<Void> begin() {
        if (options.keys().getScheme().equals("file")) {
            return WatchedFile.open(
                            Path.of(options.keys()),
                            WatchedFile.Privacy.UNCHANGED,
                            content -> {
                                take(content);
                                return content;
                            },
                            scheduler)
                    .then();
        }
        return fetch().doOnSuccess(done -> scheduler.schedulePeriodically(
                        this::refresh,
                        options.refresh().toMillis(),
                        options.refresh().toMillis(),
                        TimeUnit.MILLISECONDS))
                .onErrorMap(failure -> new IllegalArgumentException(
                        "Cannot fetch keys from " + options.keys() + ": " + failure.getMessage(), failure));
    }

    private Mono<Void> fetch() {
        asked = options.clock().instant();
        return HttpClient.newConnection()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) FETCH_MAX.toMillis())
                .responseTimeout(FETCH_MAX)
                .headers(headers -> headers.set("Accept", "application/jwk-set+json, application/json"))
                .get()
                .uri(options.keys())
                .response((response, content) -> response.status().code() == 200
                        ? content.asByteArray()
                        : Flux.error(new IllegalArgumentException(
                                "it answers " + response.status().code())))
                .reduce(new byte[0], JsonWebTokens::joined)
                .timeout(FETCH_MAX)
                .publishOn(scheduler)
                .doOnNext(this::take)
                .then();
    }

    private static byte[] joined(byte[] before, byte[] part) {
        if (before.length + part.length > KEY_BYTES_MAX) {
            throw new IllegalArgumentException("it answers more than " + KEY_BYTES_MAX + " bytes");
        }
        byte[] both = Arrays.copyOf(before, before.length + part.length);
        System.arraycopy(part, 0, both, before.length, part.length);
        return both;
    }

    private void take(byte[] content) {
        if (Arrays.equals(content, keys)) {
            return;
        }
        verifier = new JwtVerifier(content, options);
        keys = content;
        // Nobody may listen, and nobody needs to: who asks later gets the later answer.
        changes.tryEmitNext(1L);
    }

    private void refresh() {
        fetchOnce().subscribe();
    }

    /** At most one fetch at a time; one that fails is reported and leaves the keys as they are. */
    private Mono<Void> fetchOnce() {
        if (!fetching.compareAndSet(false, true)) {
            return Mono.empty();
        }
        return fetch().doOnError(failure -> LOG.error("The keys of tokens cannot be fetched: {}", failure.getMessage()))
                .onErrorComplete()
                .doFinally(end -> fetching.set(false));
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        return Mono.defer(() -> {
            if (token.length() > TOKEN_CHARS_MAX) {
                throw new Unauthenticated("the token is too long");
            }
            JwtVerifier now = verifier;
            Caller known = now == null ? null : now.known(token);
            return known != null
                    ? Mono.just(known)
                    : verified(token)
                            .subscribeOn(scheduler)
                            .onErrorResume(Unauthenticated.class, unknown -> again(token, unknown))
                            .onErrorMap(RejectedExecutionException.class, full -> new Unauthenticated("too many wait"));
        });
    }

    private Mono<Caller> verified(String token) {
        return Mono.fromSupplier(() -> {
            JwtVerifier now = verifier;
            if (now == null) {
                throw new Unauthenticated("there are no keys");
            }
            return now.verify(token);
        });
    }

    /** A key that is not known may be newer than those at hand. */
    private Mono<Caller> again(String token, Unauthenticated unknown) {
        JwtVerifier now = verifier;
        boolean ripe = !options.clock().instant().isBefore(asked.plus(ASK_AGAIN));
        boolean worth = now != null && !options.keys().getScheme().equals("file") && ripe && now.lacksKeyOf(token);
        return worth ? fetchOnce().then(verified(token).subscribeOn(scheduler)) : Mono.error(unknown);
    }

    @Override
    public Flux<Long> changes() {
        return changes.asFlux();
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(scheduler::dispose);
    }
}

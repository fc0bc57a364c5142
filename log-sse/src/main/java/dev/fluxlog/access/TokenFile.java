package dev.fluxlog.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The tokens of a file, a line each: a name, the SHA-256 of the token, grants, and perhaps a time when it ends.
 *
 * <pre>
 * # who      what                     may do what
 * dashboard  sha256:9f86d081884c7d6…  read:orders/* read:stock
 * collector  sha256:60303ae22b99886…  append:orders/* expires=2027-01-31T00:00:00Z
 * </pre>
 *
 * <p>The file does not hold the tokens themselves, so that whoever reads it cannot use them. A plain hash is enough
 * where a token is as random as {@code fluxlog token} makes it: there is nothing to guess. A token is found by the first
 * bytes of its hash, which nobody can steer, and compared in constant time. A change of the file counts after a second.
 */
public final class TokenFile implements Authority {
    private static final String HASH_PREFIX = "sha256:";
    private static final String EXPIRES = "expires=";
    private static final int SHORT_BYTES = 8;
    private static final HexFormat HEX = HexFormat.of();

    private final WatchedFile<Map<String, Entry>> file;
    private final Scheduler scheduler;
    private final Clock clock;

    private TokenFile(WatchedFile<Map<String, Entry>> file, Scheduler scheduler, Clock clock) {
        this.file = file;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /**
     * Reads the file and keeps watching it.
     *
     * <p><em>Fails with</em> {@link IllegalArgumentException} when it cannot be read, has a line that is none, or may be
     * written by others.
     */
    public static Mono<Authority> open(Path path, Clock clock) {
        Scheduler scheduler = Schedulers.newBoundedElastic(1, 100, "fluxlog-tokens", 60, true);
        return WatchedFile.open(path, WatchedFile.Privacy.UNCHANGED, TokenFile::parse, scheduler)
                .<Authority>map(file -> new TokenFile(file, scheduler, clock))
                .doOnError(failure -> scheduler.dispose());
    }

    /** The line for a token. */
    public static String line(String name, String token, Set<Grant> grants) {
        StringBuilder line =
                new StringBuilder(name).append(' ').append(HASH_PREFIX).append(HEX.formatHex(TokenHash.of(token)));
        grants.stream()
                .map(Grant::toString)
                .sorted()
                .forEach(grant -> line.append(' ').append(grant));
        return line.toString();
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        return Mono.fromSupplier(() -> {
            byte[] hash = TokenHash.of(token);
            Entry entry = file.value().get(start(hash));
            if (entry == null || !MessageDigest.isEqual(entry.hash, hash)) {
                throw new Unauthenticated("the token is not known");
            }
            if (!clock.instant().isBefore(entry.caller.until())) {
                throw new Unauthenticated("the token has expired");
            }
            return entry.caller;
        });
    }

    @Override
    public Flux<Long> changes() {
        return file.changes();
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(scheduler::dispose);
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(byte[] hash, Caller caller) {}

    private static Map<String, Entry> parse(byte[] content) {
        Map<String, Entry> entries = new HashMap<>();
        int number = 0;
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            try {
                Entry entry = entry(line.strip().split("\\s+"));
                if (entries.put(start(entry.hash), entry) != null) {
                    throw new IllegalArgumentException("the token stands there twice");
                }
            } catch (IllegalArgumentException | DateTimeException wrong) {
                // Not what stands there, which may be a token in the wrong column.
                throw new IllegalArgumentException(
                        "line " + number + " is not a name, sha256: with 64 digits of a token"
                                + " that no other line has, and grants like read:orders/*");
            }
        }
        return entries;
    }

    private static Entry entry(String[] words) {
        if (words.length < 3 || !words[1].matches(HASH_PREFIX + "[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("a line has three parts at least");
        }
        Set<Grant> grants = new HashSet<>();
        Instant until = Instant.MAX;
        for (int i = 2; i < words.length; i++) {
            if (words[i].startsWith(EXPIRES)) {
                until = Instant.parse(words[i].substring(EXPIRES.length()));
            } else {
                grants.addAll(Grant.of(words[i]));
            }
        }
        return new Entry(HEX.parseHex(words[1].substring(HASH_PREFIX.length())), new Caller(words[0], grants, until));
    }

    private static String start(byte[] hash) {
        return HEX.formatHex(hash, 0, SHORT_BYTES);
    }
}

package dev.fluxlog.examples.feed;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import dev.fluxlog.backend.Backend.Level;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.sse.Gateway;
import dev.fluxlog.sse.GatewayOptions;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Embeds a log and a gateway, imports the history of a repository and serves a page that follows it. */
public final class RepositoryFeed {
    /** Up to here the import of a history may be repeated without a duplicate. */
    private static final int COMMITS_MAX = 1_000_000;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration END_MAX = Duration.ofSeconds(20);

    private final Settings settings;
    private final Sinks.Empty<Void> end = Sinks.empty();

    private RepositoryFeed(Settings settings) {
        this.settings = settings;
    }

    /** Runs until the process is told to end. */
    public static void main(String[] words) {
        try {
            new RepositoryFeed(Settings.of(words)).run();
        } catch (RuntimeException failure) {
            System.err.println("repository-feed: " + Exceptions.unwrap(failure).getMessage());
            System.exit(1);
        }
    }

    private void run() {
        GitHistory history = new GitHistory("git", settings.repository());
        // Before anything is opened: without git or a repository there is nothing to show.
        history.head().block();
        endWithProcess(Thread.currentThread());
        Mono.usingWhen(
                        open(settings.data()),
                        log -> serve(log, history),
                        log -> log.close().timeout(END_MAX))
                .block();
    }

    private Mono<Void> serve(EventLog log, GitHistory history) {
        HistoryImport rounds = new HistoryImport(history, new CommitImport(log), settings.pace());
        return Mono.usingWhen(
                Gateway.start(log, GatewayOptions.defaults().withPort(0)),
                gateway -> Mono.usingWhen(
                        new FeedPage(gateway.address()).start(settings.port()),
                        page -> {
                            System.out.println("repository feed on http://127.0.0.1:" + page.port());
                            return follow(rounds).takeUntilOther(end.asMono());
                        },
                        page -> Mono.fromRunnable(page::dispose)),
                Gateway::close);
    }

    private static Mono<Void> follow(HistoryImport history) {
        return history.round()
                .doOnNext(commits -> {
                    if (commits > 0) {
                        System.out.println(commits + " new commits");
                    }
                })
                .then(Mono.delay(LOOK_AGAIN))
                .repeat()
                .then();
    }

    /** The history can be read again, so that a commit in the page cache is safe enough. */
    static Mono<EventLog> open(Path data) {
        return ChronicleLog.open(
                data,
                ChronicleOptions.defaults().withDurability(Level.PROCESS),
                LogOptions.defaults().withIdempotencyEventsMax(COMMITS_MAX));
    }

    private void endWithProcess(Thread main) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            end.tryEmitEmpty();
            try {
                main.join(END_MAX.toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}

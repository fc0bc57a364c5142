package dev.fluxlog.examples.feed;

import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings the log up to the newest commit, once or again and again. One round at a time. */
final class HistoryImport {
    private final GitHistory history;
    private final CommitImport target;
    private final Duration pace;
    private String known = "";

    /** @param pace pause between two commits, so that an import can be watched; zero for none */
    HistoryImport(GitHistory history, CommitImport target, Duration pace) {
        this.history = history;
        this.target = target;
        this.pace = pace;
    }

    /** Imports what the last round has not seen. Emits how many commits were new to the log. */
    Mono<Long> round() {
        return history.head()
                .flatMap(head -> commits(head)
                        .concatMap(commit -> pace.isZero()
                                ? target.put(commit)
                                : target.put(commit).delayElement(pace))
                        .filter(result -> !result.replayed())
                        .count()
                        .doOnNext(imported -> known = head));
    }

    private Flux<Commit> commits(String head) {
        if (head.equals(known)) {
            return Flux.empty();
        }
        return history.commits(known.isEmpty() ? head : known + ".." + head);
    }
}

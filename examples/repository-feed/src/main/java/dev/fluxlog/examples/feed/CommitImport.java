package dev.fluxlog.examples.feed;

import dev.fluxlog.EventLog;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamName;
import dev.fluxlog.Transaction;
import dev.fluxlog.TransactionResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts commits into the log: one transaction a commit, with an event in {@value #ALL} and one in the stream of every
 * top-level folder that it touches. The id of the commit is the idempotency key, so that an import may be repeated.
 */
final class CommitImport {
    static final String ALL = "repository/all";
    static final String FOLDERS = "repository/folders/";

    /** A transaction holds at most 1,000 events; a commit over more folders than that is shown with the first ones. */
    private static final int FOLDERS_MAX = 900;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final EventLog log;

    CommitImport(EventLog log) {
        this.log = log;
    }

    Mono<TransactionResult> put(Commit commit) {
        return Mono.defer(() -> log.commit(transaction(commit)));
    }

    private static Transaction transaction(Commit commit) {
        Transaction transaction = Transaction.start()
                .append(ALL, List.of(event(commit, "folders", commit.folders())))
                .withIdempotencyKey(commit.id());
        List<Map.Entry<String, Integer>> shown =
                commit.folders().entrySet().stream().limit(FOLDERS_MAX).toList();
        for (Map.Entry<String, Integer> folder : shown) {
            transaction = transaction.append(
                    FOLDERS + segment(folder.getKey()), List.of(event(commit, "files", folder.getValue())));
        }
        return transaction;
    }

    private static NewEvent event(Commit commit, String what, Object value) {
        return NewEvent.json(JSON.writeValueAsString(Map.of(
                        "commit",
                        commit.id(),
                        "time",
                        commit.time().toString(),
                        "author",
                        commit.author(),
                        "subject",
                        commit.subject(),
                        what,
                        value)))
                .withType("commit")
                .withKey(commit.id());
    }

    /** Git takes folders that no stream can be named after: what does not fit is written as percent and number. */
    static String segment(String folder) {
        StringBuilder out = new StringBuilder();
        folder.codePoints().forEach(c -> {
            boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            if (c == '%' || Character.isISOControl(c) || half) {
                out.append('%').append(Integer.toHexString(c)).append(';');
            } else {
                out.appendCodePoint(c);
            }
        });
        int bytesMax = StreamName.BYTES_MAX - FOLDERS.length();
        boolean fits = out.toString().getBytes(StandardCharsets.UTF_8).length <= bytesMax;
        return fits ? out.toString() : "%long;" + Integer.toHexString(folder.hashCode());
    }
}

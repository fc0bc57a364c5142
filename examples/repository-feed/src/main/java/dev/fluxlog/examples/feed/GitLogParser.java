package dev.fluxlog.examples.feed;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes commits out of the tokens that {@code git log -z} prints in {@link #FORMAT}: a mark with the id, then time,
 * author and subject, then the paths that the commit changed.
 */
final class GitLogParser {
    static final String FORMAT = "format:%x01%H%x00%at%x00%an%x00%s%x00";

    private static final Pattern MARK = Pattern.compile("\\n?\\x01[0-9a-f]{40}([0-9a-f]{24})?");

    private final Supplier<@Nullable String> tokens;
    private @Nullable String mark;

    /** @param tokens what stands between the null characters; null at the end */
    GitLogParser(Supplier<@Nullable String> tokens) {
        this.tokens = tokens;
        this.mark = tokens.get();
    }

    /** The next commit, empty at the end. */
    Optional<Commit> next() {
        String begin = mark;
        if (begin == null || !MARK.matcher(begin).matches()) {
            return Optional.empty();
        }
        Instant time = Instant.ofEpochSecond(Long.parseLong(field()));
        String author = field();
        String subject = field();
        SortedMap<String, Integer> folders = new TreeMap<>();
        String token = tokens.get();
        while (token != null && !MARK.matcher(token).matches()) {
            String path = token.startsWith("\n") ? token.substring(1) : token;
            if (!path.isEmpty()) {
                int slash = path.indexOf('/');
                folders.merge(slash < 0 ? Commit.ROOT : path.substring(0, slash), 1, Integer::sum);
            }
            token = tokens.get();
        }
        mark = token;
        return Optional.of(new Commit(begin.substring(begin.indexOf('\u0001') + 1), time, author, subject, folders));
    }

    private String field() {
        String token = tokens.get();
        if (token == null) {
            throw new GitException("git log ended inside of a commit");
        }
        return token;
    }
}

package dev.fluxlog.examples.feed;

import java.time.Instant;
import java.util.SortedMap;

/**
 * A commit of the repository.
 *
 * @param folders top-level folder to number of files changed in it; files beside the folders are under {@link #ROOT}
 */
record Commit(String id, Instant time, String author, String subject, SortedMap<String, Integer> folders) {
    static final String ROOT = "(root)";
}

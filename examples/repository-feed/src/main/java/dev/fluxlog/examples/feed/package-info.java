/**
 * The history of a git repository as events, followed live by a page.
 *
 * <p>{@link dev.fluxlog.examples.feed.RepositoryFeed} embeds a log and a gateway, imports every commit and serves the
 * page.
 */
@NullMarked
package dev.fluxlog.examples.feed;

import org.jspecify.annotations.NullMarked;

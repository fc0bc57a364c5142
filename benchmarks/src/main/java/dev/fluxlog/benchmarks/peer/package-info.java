/** What events can be appended to: the log, the limits and the peers, each by the client that a user would take. */
@NullMarked
package dev.fluxlog.benchmarks.peer;

import org.jspecify.annotations.NullMarked;

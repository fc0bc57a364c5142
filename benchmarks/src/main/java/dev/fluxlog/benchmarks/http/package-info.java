/** A small HTTP client for load: one thread, many connections, no more work per byte than finding where an answer ends. */
@NullMarked
package dev.fluxlog.benchmarks.http;

import org.jspecify.annotations.NullMarked;

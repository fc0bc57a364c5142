/**
 * HTTP and server-sent events over any {@link dev.fluxlog.EventLog}.
 *
 * <p>{@link dev.fluxlog.sse.Gateway} is the entry; its bounds are {@link dev.fluxlog.sse.GatewayOptions}. Behind it
 * {@code Routes} picks what answers, {@code Exchange} is one request with its answer, {@code AppendRoute}, {@code
 * PageRoute}, {@code LiveRoute} and {@code StreamRoute} are thin over the log. What is sent is made by pure classes
 * ({@code EventJson}, {@code SseFrames}, {@code NdjsonFrames}, {@code Problems}); what stays open is a {@code
 * LiveSession}, owned by one event loop. Pooled buffers never leave this package, and one class, {@code Json}, reads
 * JSON.
 */
@NullMarked
package dev.fluxlog.sse;

import org.jspecify.annotations.NullMarked;

/**
 * Named streams of events behind a reactive API, and the engine that keeps their promises.
 *
 * <p>Start at {@link dev.fluxlog.EventLog}: it gives {@link dev.fluxlog.EventStream streams}, to which {@link
 * dev.fluxlog.NewEvent new events} are appended and from which {@link dev.fluxlog.Event events} are read ({@link
 * dev.fluxlog.ReadOptions}) or followed ({@link dev.fluxlog.From}, {@link dev.fluxlog.StreamSignal}). Producers say what
 * they believe with an {@link dev.fluxlog.ExpectedSequence} and make retries harmless with an idempotency key ({@link
 * dev.fluxlog.AppendOptions}); a {@link dev.fluxlog.Transaction} appends to several streams at once. What goes wrong is
 * a {@link dev.fluxlog.LogException}.
 *
 * <p>The engine is package-private and stands on the narrow waist in {@code dev.fluxlog.backend}: one writer thread
 * numbers, checks and commits groups of appends ({@code LogWriter}); readers hold one number each and read the journal
 * at their own demand ({@code StreamPull}, {@code PullFlux}); the two meet only in the published marks of a stream
 * ({@code StreamEntry}).
 */
@NullMarked
package dev.fluxlog;

import org.jspecify.annotations.NullMarked;

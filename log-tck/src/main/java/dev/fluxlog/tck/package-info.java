/**
 * The contract of Fluxlog as tests: whoever implements a part of it extends them and inherits the proof.
 *
 * <p>There are two floors. {@link dev.fluxlog.tck.BackendContract} judges a blocking medium, {@link
 * dev.fluxlog.tck.EventLogContract} any {@link dev.fluxlog.EventLog}, however it is made. A log that stands on a backend
 * is also judged with failing media by {@link dev.fluxlog.tck.FaultContract}, and compared with another log by {@link
 * dev.fluxlog.tck.DifferentialContract}.
 *
 * <p>An implementation says in a {@link dev.fluxlog.tck.LogFixture} how it is opened and which {@link
 * dev.fluxlog.tck.Capability capabilities} it lacks. All test methods are final, and every implementation runs all of
 * them: those that need a missing capability are reported as skipped with its reason.
 */
@NullMarked
package dev.fluxlog.tck;

import org.jspecify.annotations.NullMarked;

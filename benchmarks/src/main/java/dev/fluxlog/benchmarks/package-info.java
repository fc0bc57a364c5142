/**
 * Measures Fluxlog beside its peers.
 *
 * <p>{@link dev.fluxlog.benchmarks.Main} makes one measurement per process and adds its figures to a file of {@link
 * dev.fluxlog.benchmarks.Results}; the script beside it alternates subjects and repeats them; the report turns the file
 * into tables and plots.
 */
@NullMarked
package dev.fluxlog.benchmarks;

import org.jspecify.annotations.NullMarked;

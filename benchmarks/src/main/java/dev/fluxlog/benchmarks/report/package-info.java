/** Turns recorded figures into the document: medians with spread, ratios, the aims, and plots. */
@NullMarked
package dev.fluxlog.benchmarks.report;

import org.jspecify.annotations.NullMarked;

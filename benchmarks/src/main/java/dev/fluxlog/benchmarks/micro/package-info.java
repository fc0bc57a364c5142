/** Microbenchmarks of the engine's hot paths; run them with {@code benchmarks/run --jmh}. */
@NullMarked
package dev.fluxlog.benchmarks.micro;

import org.jspecify.annotations.NullMarked;

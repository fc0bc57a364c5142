/**
 * Keeps the written specification and the tests together.
 *
 * <p>A test names the criteria it proves with {@link dev.fluxlog.spec.Proves}. While tests run,
 * {@link dev.fluxlog.spec.ProofListener} writes down what became of each of them.
 */
@NullMarked
package dev.fluxlog.spec;

import org.jspecify.annotations.NullMarked;

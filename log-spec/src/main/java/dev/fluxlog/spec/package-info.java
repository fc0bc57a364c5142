/**
 * Keeps the written specification and the tests together.
 *
 * <p>A test names the criteria it proves with {@link dev.fluxlog.spec.Proves}. While tests run,
 * {@link dev.fluxlog.spec.ProofListener} writes down what became of each of them. At the end of a full build
 * {@link dev.fluxlog.spec.SpecCheck} compares these records with the tables in {@code docs/spec} and fails where the two
 * disagree.
 */
@NullMarked
package dev.fluxlog.spec;

import org.jspecify.annotations.NullMarked;

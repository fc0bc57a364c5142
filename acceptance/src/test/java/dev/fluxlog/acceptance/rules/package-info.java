/**
 * The rules of the house as tests: who may import whom, what code may not do, what documents must keep to.
 *
 * <p>A rule stands beside the code that breaks it, and is tested in both directions: the product keeps it, and the
 * counterexample is caught. A rule for something that does not exist yet passes, and binds from the day it does.
 */
@NullMarked
package dev.fluxlog.acceptance.rules;

import org.jspecify.annotations.NullMarked;

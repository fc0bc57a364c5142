/** The contracts on the log in memory, and the judges of the contracts themselves. */
@NullMarked
package dev.fluxlog.tck;

import org.jspecify.annotations.NullMarked;

/** The log in memory: the reference for what every durable one has to answer, and the log of unit tests. */
@NullMarked
package dev.fluxlog.memory;

import org.jspecify.annotations.NullMarked;

/** Programs that follow a stream with a client library each, and print what it tells them. */
@NullMarked
package dev.fluxlog.judges;

import org.jspecify.annotations.NullMarked;

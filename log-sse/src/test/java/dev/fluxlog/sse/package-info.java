@NullMarked
package dev.fluxlog.sse;

import org.jspecify.annotations.NullMarked;

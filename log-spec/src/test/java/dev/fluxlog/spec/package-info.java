@NullMarked
package dev.fluxlog.spec;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.fluxlog.access;

import org.jspecify.annotations.NullMarked;

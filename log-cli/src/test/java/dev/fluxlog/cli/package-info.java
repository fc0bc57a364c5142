@NullMarked
package dev.fluxlog.cli;

import org.jspecify.annotations.NullMarked;

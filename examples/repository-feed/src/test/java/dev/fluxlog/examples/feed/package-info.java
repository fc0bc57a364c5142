@NullMarked
package dev.fluxlog.examples.feed;

import org.jspecify.annotations.NullMarked;

/** Tests of the whole: child processes of the packaged command, judged from outside. */
@NullMarked
package dev.fluxlog.acceptance;

import org.jspecify.annotations.NullMarked;

/**
 * The {@code fluxlog} command: serves a log, and works with one from the shell.
 *
 * <p>{@link dev.fluxlog.cli.Main} knows the commands, one small class each. A command speaks to a log through {@code
 * LogAccess} and is written once: {@code LocalAccess} opens a directory, {@code RemoteAccess} talks to a gateway. What a
 * log answers instead of a result is a {@code Refusal}, printed in plain words with exit code 1.
 */
@NullMarked
package dev.fluxlog.cli;

import org.jspecify.annotations.NullMarked;

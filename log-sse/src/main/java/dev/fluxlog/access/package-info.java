/**
 * Who may do what with a log that is served.
 *
 * <p>An {@link dev.fluxlog.access.Authority} turns a token into a {@link dev.fluxlog.access.Caller}, who has {@link
 * dev.fluxlog.access.Grant}s. {@link dev.fluxlog.access.TokenFile} knows the tokens of a file, {@link
 * dev.fluxlog.access.JsonWebTokens} those that somebody else has signed. Nothing here speaks HTTP with clients or reads
 * events; files are read and signatures checked on threads of their own.
 */
@NullMarked
package dev.fluxlog.access;

import org.jspecify.annotations.NullMarked;

/**
 * The narrow waist: what a local medium has to do so that the engine can run on it.
 *
 * <p>A {@link dev.fluxlog.backend.Backend} is blocking and has a single writer. It moves opaque {@link
 * dev.fluxlog.backend.Frame frames}: it makes a {@link dev.fluxlog.backend.CommitGroup} durable as a whole, and hands
 * frames of one stream back in sequence order. It knows nothing of subscribers, expectations, idempotency or HTTP; all
 * of that lives once, in the engine above.
 *
 * <p>This package uses the JDK only. It does no file access itself.
 */
@NullMarked
package dev.fluxlog.backend;

import org.jspecify.annotations.NullMarked;

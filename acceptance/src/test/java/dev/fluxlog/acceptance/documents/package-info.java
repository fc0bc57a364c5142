/** What the documents show is run as they show it. */
@NullMarked
package dev.fluxlog.acceptance.documents;

import org.jspecify.annotations.NullMarked;

package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import java.util.List;

/**
 * A log brought to a sound state: what is committed up to the manifest's place is in the stream journals or gathered.
 *
 * @param manifest as it stands on disk
 * @param catalog the state of all streams; handed over to the applier
 * @param goOn whether the commit journal can be written on where it ends
 */
record Recovered(Manifest manifest, Catalog catalog, boolean goOn, List<String> repairs) {}

package dev.fluxlog.chronicle;

import java.nio.file.Path;
import java.util.Set;

/**
 * What one checkpoint does: these files are forced, then this manifest stands, then what lies before its place is free.
 *
 * @param dirty files written since the checkpoint before
 */
record Checkpoint(Manifest manifest, Set<Path> dirty) {}

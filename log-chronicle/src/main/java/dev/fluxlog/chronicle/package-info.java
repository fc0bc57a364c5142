/**
 * The durable backend: one commit journal, one Chronicle queue per stream, and a manifest.
 *
 * <p>A tour, in the order in which an append meets the classes. {@link dev.fluxlog.chronicle.ChronicleLog} opens a
 * directory. {@code ChronicleBackend} puts the parts together and is what the engine talks to. {@code CommitJournal}
 * makes a group a fact. {@code RecentFrames} keeps it readable from memory until the {@code Applier} has written it to
 * the {@code StreamJournal}s, which the {@code JournalCache} keeps open within a budget. The {@code Checkpointer} forces
 * them, replaces the {@code Manifest} and frees commit segments. After a stop {@code RecoveryRun} brings all of it back
 * to agreement; the commit journal is the truth.
 *
 * <p>Only {@code JournalQueue} and {@code SegmentRollCycle} know Chronicle's types. All files are reached through
 * {@code Disk}, except the memory-mapped ones of Chronicle itself.
 */
@NullMarked
package dev.fluxlog.chronicle;

import org.jspecify.annotations.NullMarked;

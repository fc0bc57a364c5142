package dev.fluxlog;

/** What an acknowledged append survives. A log reports the level it keeps, never a higher one. */
public enum Durability {
    /** Nothing: the log is gone with the process. */
    MEMORY,
    /** The death of the process, {@code kill -9} included: the bytes are in the operating system's page cache. */
    PROCESS,
    /** Power loss, as far as the device keeps what it was forced to keep. */
    DISK
}

package dev.fluxlog.tck;

/** What not every implementation can do. Everything else in the contract is for all. */
public enum Capability {
    /** What was acknowledged is there when the same medium is opened again. */
    REOPEN
}

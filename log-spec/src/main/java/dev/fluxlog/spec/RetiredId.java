package dev.fluxlog.spec;

/** An id that was given up and must never be used again. */
record RetiredId(String id, String reason, Location where) {}

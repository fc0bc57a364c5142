package dev.fluxlog.cli;

/**
 * One dispatched server-sent event.
 *
 * @param event its name, empty for none
 * @param data its data lines, joined by line feeds
 * @param id the last id seen on the stream so far, empty for none
 */
record SseFrame(String event, String data, String id) {}

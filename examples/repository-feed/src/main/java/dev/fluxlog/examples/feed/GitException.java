package dev.fluxlog.examples.feed;

/** The history cannot be read; the message is for people. */
final class GitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GitException(String message) {
        super(message);
    }
}

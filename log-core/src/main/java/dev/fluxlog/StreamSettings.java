package dev.fluxlog;

/**
 * What can be set for a stream.
 *
 * @param contentType media type its events are expected to have, empty for any; told to readers, not enforced
 * @param retention the policy that trims it
 */
public record StreamSettings(String contentType, Retention retention) {
    public static final int CONTENT_TYPE_BYTES_MAX = 255;

    private static final StreamSettings DEFAULTS = new StreamSettings("", Retention.keep());

    public StreamSettings {
        Text.check("content type", contentType, CONTENT_TYPE_BYTES_MAX);
    }

    /** Any content type, everything kept. */
    public static StreamSettings defaults() {
        return DEFAULTS;
    }

    public StreamSettings withContentType(String mediaType) {
        return new StreamSettings(mediaType, retention);
    }

    public StreamSettings withRetention(Retention newRetention) {
        return new StreamSettings(contentType, newRetention);
    }
}

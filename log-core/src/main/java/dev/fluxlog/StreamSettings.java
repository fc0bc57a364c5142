package dev.fluxlog;

/**
 * What can be set for a stream.
 *
 * @param contentType media type its events are expected to have, empty for any; told to readers, not enforced
 * @param retention the policy that trims it
 * @param timeToLive when it is deleted by itself
 */
public record StreamSettings(String contentType, Retention retention, TimeToLive timeToLive) {
    public static final int CONTENT_TYPE_BYTES_MAX = 255;

    private static final StreamSettings DEFAULTS = new StreamSettings("", Retention.keep(), TimeToLive.unlimited());

    public StreamSettings {
        Text.check("content type", contentType, CONTENT_TYPE_BYTES_MAX);
    }

    /** A stream that stays until it is deleted. */
    public StreamSettings(String contentType, Retention retention) {
        this(contentType, retention, TimeToLive.unlimited());
    }

    /** Any content type, everything kept. */
    public static StreamSettings defaults() {
        return DEFAULTS;
    }

    public StreamSettings withContentType(String mediaType) {
        return new StreamSettings(mediaType, retention, timeToLive);
    }

    public StreamSettings withRetention(Retention newRetention) {
        return new StreamSettings(contentType, newRetention, timeToLive);
    }

    public StreamSettings withTimeToLive(TimeToLive newTimeToLive) {
        return new StreamSettings(contentType, retention, newTimeToLive);
    }
}

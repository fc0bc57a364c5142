package dev.fluxlog.sse;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP answer as it came over the wire.
 *
 * @param headers names in lower case
 */
record Answer(int status, Map<String, List<String>> headers, String body) {

    /** Empty when it is missing. */
    String header(String name) {
        return String.join(", ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }
}

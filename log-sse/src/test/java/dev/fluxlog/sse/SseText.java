package dev.fluxlog.sse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Server-sent events read as the standard says (WHATWG HTML, 9.2.6): what is not ended by a blank line never was. */
final class SseText {
    private SseText() {}

    /** What a client gets, by the rules of the standard: type, data and last event id of each dispatched event. */
    static List<String[]> read(String body) {
        List<String[]> events = new ArrayList<>();
        String type = "";
        String id = "";
        StringBuilder data = new StringBuilder();
        boolean hasData = false;
        String[] lines = body.split("\r\n|\n|\r", -1);
        // The last piece is a line that nothing has ended.
        for (String line : Arrays.asList(lines).subList(0, lines.length - 1)) {
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (line.isEmpty()) {
                if (hasData) {
                    events.add(new String[] {type, data.substring(0, data.length() - 1), id});
                }
                type = "";
                data.setLength(0);
                hasData = false;
            } else if (field.equals("data")) {
                data.append(value).append('\n');
                hasData = true;
            } else if (field.equals("event")) {
                type = value;
            } else if (field.equals("id")) {
                id = value;
            }
        }
        return events;
    }
}

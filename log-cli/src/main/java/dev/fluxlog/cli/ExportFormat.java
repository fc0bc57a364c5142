package dev.fluxlog.cli;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The lines of an export, version 1.
 *
 * <p>The first line names format and version. For each stream a line with its marks, then a line for each event, in the
 * order of their sequences. The last line counts both, so that an export that was cut is not taken for a whole one. Every
 * line is a JSON object whose last member, {@code check}, is the CRC32C of what stands before it on the line; a line
 * without it, written by hand or by something else, is taken as it is.
 */
final class ExportFormat {
    static final String NAME = "fluxlog-export";
    static final long VERSION = 1;

    private static final String CHECK = ",\"check\":\"";

    private ExportFormat() {}

    static String header() {
        return checked("{\"format\":\"" + NAME + "\",\"version\":" + VERSION + "}");
    }

    /** @param from first sequence that is exported */
    static String stream(dev.fluxlog.StreamInfo info, long from) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("stream", info.name());
        object.put("from", from);
        object.put("lowWaterMark", info.lowWaterMark());
        object.put("highWaterMark", info.highWaterMark());
        object.put("sealed", info.sealed());
        object.put("contentType", info.settings().contentType());
        return checked(EventJson.text(object));
    }

    static String end(long streams, long events) {
        return checked("{\"end\":true,\"streams\":" + streams + ",\"events\":" + events + "}");
    }

    /** @param object a JSON object on one line, with at least one member */
    static String checked(String object) {
        String body = object.substring(0, object.length() - 1);
        return body + CHECK + checksum(body) + "\"}";
    }

    /** Whether the line is what was written, as far as it says. */
    static boolean isWhole(String line) {
        int at = line.lastIndexOf(CHECK);
        return at < 0 || line.equals(line.substring(0, at) + CHECK + checksum(line.substring(0, at)) + "\"}");
    }

    private static String checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }
}

package dev.fluxlog.cli;

import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Standard input as events, in bounded chunks. Blocking; one thread.
 *
 * <p>A chunk ends when it is full, at the end of the input, or, unless chunks have to be the same at every repetition,
 * when the input has nothing more to give at the moment: a slow producer's lines do not wait for company.
 */
final class EventInput {
    static final int CHUNK_EVENTS_MAX = 500;
    static final int CHUNK_BYTES_MAX = 1 << 20;
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream input;
    private final Form form;
    private final Chunks chunks;
    private final NewEvent template;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int filled;
    private long lines;
    private long bytesRead;
    private boolean ended;

    /** How the input is cut into events. */
    enum Form {
        JSON_LINES,
        TEXT_LINES,
        WHOLE
    }

    /** Where chunks may end. */
    enum Chunks {
        WHEN_INPUT_PAUSES,
        WHEN_FULL
    }

    /** @param template type, headers and key that every event gets */
    EventInput(InputStream input, Form form, Chunks chunks, NewEvent template) {
        this.input = input;
        this.form = form;
        this.chunks = chunks;
        this.template = template;
    }

    long bytesRead() {
        return bytesRead;
    }

    /**
     * The next events; none at the end of the input.
     *
     * @throws Refusal for a line that is not what the form says, or that no log would take
     */
    List<NewEvent> next() throws IOException {
        if (form == Form.WHOLE) {
            return whole();
        }
        List<NewEvent> chunk = new ArrayList<>();
        int chunkBytes = 0;
        while (!ended && chunk.size() < CHUNK_EVENTS_MAX && chunkBytes < CHUNK_BYTES_MAX) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(128);
            if (readLine(line)) {
                lines++;
                byte[] bytes = line.toByteArray();
                if (form == Form.TEXT_LINES || !isBlank(bytes)) {
                    chunk.add(event(bytes));
                    chunkBytes += bytes.length;
                }
            }
            if (chunks == Chunks.WHEN_INPUT_PAUSES && !chunk.isEmpty() && next == filled && input.available() == 0) {
                break;
            }
        }
        return chunk;
    }

    /** @return false at the end of the input */
    private boolean readLine(ByteArrayOutputStream line) throws IOException {
        while (true) {
            if (next == filled && !fill()) {
                return line.size() > 0;
            }
            int from = next;
            while (next < filled && buffer[next] != '\n') {
                next++;
            }
            line.write(buffer, from, next - from);
            if (line.size() > LogOptions.EVENT_BYTES_CEILING) {
                throw new Refusal(
                        "too-large",
                        "Line " + (lines + 1) + " has more than the " + LogOptions.EVENT_BYTES_CEILING
                                + " bytes that an event may have");
            }
            if (next < filled) {
                next++;
                return true;
            }
        }
    }

    private boolean fill() throws IOException {
        int read = input.read(buffer);
        ended = read < 0;
        next = 0;
        filled = Math.max(read, 0);
        bytesRead += filled;
        return !ended;
    }

    private NewEvent event(byte[] bytes) {
        String text = EventJson.utf8(bytes)
                .orElseThrow(() -> new Refusal(
                        "invalid-input", "Line " + lines + " is not UTF-8; --whole takes any bytes as one event"));
        if (form == Form.JSON_LINES && !EventJson.isJsonValue(text)) {
            throw new Refusal("invalid-input", "Line " + lines + " is not one JSON value");
        }
        return withData(bytes);
    }

    private List<NewEvent> whole() throws IOException {
        if (ended) {
            return List.of();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() <= LogOptions.EVENT_BYTES_CEILING && fill()) {
            bytes.write(buffer, 0, filled);
        }
        ended = true;
        if (bytes.size() > LogOptions.EVENT_BYTES_CEILING) {
            throw new Refusal(
                    "too-large",
                    "The input has more than the " + LogOptions.EVENT_BYTES_CEILING + " bytes that an event may have");
        }
        return List.of(withData(bytes.toByteArray()));
    }

    private NewEvent withData(byte[] bytes) {
        return new NewEvent(template.type(), template.key(), template.headers(), bytes);
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}

package dev.fluxlog.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the lines of an export, and refuses what is not whole. Blocking; one thread. */
final class ImportLines {
    private final BufferedReader input;
    private long number;
    private String text = "";

    ImportLines(InputStream input) {
        this.input = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8.newDecoder()), 64 << 10);
    }

    /** @throws Refusal unless the first line is that of an export in a version known here */
    void begin() {
        Map<String, Object> header = next();
        if (header == null || !ExportFormat.NAME.equals(header.get("format"))) {
            throw new Refusal("invalid-input", "This is not an export");
        }
        if (!Long.valueOf(ExportFormat.VERSION).equals(header.get("version"))) {
            throw new Refusal(
                    "unsupported-version", "Exports of version " + header.get("version") + " are not known here");
        }
    }

    /**
     * The next line as a JSON object.
     *
     * @return null at the end of the input
     * @throws Refusal for a line that is damaged
     */
    @Nullable
    Map<String, Object> next() {
        try {
            String line = input.readLine();
            number++;
            if (line == null) {
                return null;
            }
            text = line;
            if (!ExportFormat.isWhole(line)) {
                throw damaged("its checksum does not match");
            }
            return EventJson.object(line);
        } catch (CharacterCodingException notText) {
            throw damaged("it is not UTF-8");
        } catch (IOException unreadable) {
            throw new Refusal("invalid-input", "The input cannot be read: " + unreadable.getMessage());
        } catch (Lost notJson) {
            throw damaged("it is not a JSON object");
        }
    }

    /** The line that was read last. */
    String text() {
        return text;
    }

    Refusal damaged(String why) {
        return new Refusal("damaged-input", "Line " + number + " is damaged: " + why);
    }
}

package dev.fluxlog.acceptance.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The documents of the repository, as text. */
final class Documents {
    private Documents() {}

    static Path root() {
        return Path.of(System.getProperty("fluxlog.root", ".."))
                .toAbsolutePath()
                .normalize();
    }

    static String text(String name) {
        try {
            return Files.readString(root().resolve(name));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name, unreadable);
        }
    }

    /** The fenced blocks of one language, in order. */
    static List<String> blocks(String document, String language) {
        Pattern block = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$");
        return block.matcher(text(document))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** Without any whitespace, so that only the code counts. */
    static String code(String text) {
        return text.replaceAll("\\s", "");
    }
}

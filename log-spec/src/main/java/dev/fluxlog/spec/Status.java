package dev.fluxlog.spec;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the project claims that a criterion holds. */
enum Status {
    OPEN,
    MET;

    static Optional<Status> of(String word) {
        return Stream.of(values()).filter(status -> status.word().equals(word)).findFirst();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.fluxlog.tck;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * One medium for one test: empty at first, opened any number of times one after the other, removed at the end.
 *
 * <p>It costs nothing until it is opened, because it is also asked what it lacks, and that before JUnit has set the
 * fields of the test (a temporary directory, for instance).
 */
public interface LogFixture extends Implementation, AutoCloseable {

    /** Opens the log on this medium; called again only when the log opened before is closed. */
    Mono<EventLog> open(LogOptions options);

    /** The level that the log has to report. */
    Durability durability();

    /** How long one step of a test may take before it counts as hanging. */
    default Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** Removes the medium; every log opened on it is closed before. */
    @Override
    default void close() {}
}

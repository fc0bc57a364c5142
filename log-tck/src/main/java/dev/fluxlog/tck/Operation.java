package dev.fluxlog.tck;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * One call on a log, which can be made on several logs to compare what they answer.
 *
 * @param text what it does, for people
 */
record Operation(String text, Function<EventLog, Publisher<?>> call) {

    /** All values in order and how they ended: completion, or the case and the facts of the failure. */
    String answer(EventLog log, Duration patience) {
        try {
            List<String> values = Flux.from(call.apply(log))
                    .map(Operation::render)
                    .collectList()
                    .block(patience);
            return String.valueOf(values);
        } catch (LogException e) {
            return e.code() + (e.isRetryable() ? " (retryable): " : ": ") + e.getMessage();
        } catch (IllegalArgumentException e) {
            return "refused at the call: " + e.getMessage();
        }
    }

    private static String render(Object value) {
        return value instanceof Event event
                ? event + " " + event.time() + " " + event.headers() + " " + Arrays.hashCode(event.data())
                : value.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.fluxlog.cli;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Brings what an export holds into a log, stream after stream.
 *
 * <p>What the log has already is compared and left alone; what it lacks is appended, each time on the expectation that
 * nobody else did. So a repeat after a stop anywhere goes on where it was. A line that is damaged ends it with everything
 * before that line appended, and says so.
 */
final class Import {
    private static final int BATCH_EVENTS_MAX = 500;
    private static final int BATCH_BYTES_MAX = 1 << 20;

    private final ImportLines lines;
    private final LogAccess access;
    private final SettableClock clock;
    private final boolean renumber;
    private final Console console;
    private long streams;
    private long events;

    // The stream at hand.
    private String stream = "";
    private boolean seals;
    private boolean isSealed;
    private long shift;
    private long expected;
    private long stored;
    private long appended;

    /** What lies below was here once and is trimmed. */
    private long skipBelow;

    private @Nullable Iterator<Event> there;
    private final List<Event> batch = new ArrayList<>();
    private int batchBytes;

    Import(ImportLines lines, LogAccess access, SettableClock clock, boolean renumber, Console console) {
        this.lines = lines;
        this.access = access;
        this.clock = clock;
        this.renumber = renumber;
        this.console = console;
    }

    /** Blocks until all is appended. */
    void run() {
        lines.begin();
        try {
            while (true) {
                Map<String, Object> line = lines.next();
                if (line == null) {
                    throw new Refusal("damaged-input", "The export was cut: its last line is missing");
                }
                if (Boolean.TRUE.equals(line.get("end"))) {
                    requireComplete(line);
                    break;
                }
                if (line.get("stream") instanceof String name) {
                    finish();
                    begin(name, line);
                } else {
                    event(line);
                }
            }
        } catch (Refusal refused) {
            flushUnlessRefused(refused);
            throw refused;
        }
        finish();
    }

    private void requireComplete(Map<String, Object> line) {
        if (!line.getOrDefault("streams", streams).equals(streams)
                || !line.getOrDefault("events", events).equals(events)) {
            throw new Refusal(
                    "damaged-input", "The export counts other streams and events than it holds: lines are missing");
        }
    }

    private void flushUnlessRefused(Refusal refused) {
        try {
            flush();
        } catch (Refusal again) {
            refused.addSuppressed(again);
        }
        tell();
    }

    private void begin(String name, Map<String, Object> line) {
        streams++;
        stream = name;
        seals = Boolean.TRUE.equals(line.get("sealed"));
        long from = number(line, "from", 1);
        @Nullable StreamInfo info = info(name);
        long high = info == null ? 0 : info.highWaterMark();
        long low = info == null ? 1 : info.lowWaterMark();
        isSealed = info != null && info.sealed();
        if (from > high + 1 && !renumber) {
            throw new Refusal(
                    "cannot-keep",
                    "Stream '" + name + "' is exported from sequence " + from + " on and ends at " + high
                            + " here, so its sequences cannot be kept; --renumber gives new ones");
        }
        // What was renumbered once is found again under its new numbers.
        shift = renumber ? from - 1 : 0;
        expected = from - shift;
        stored = high;
        appended = 0;
        if (info == null) {
            access.create(name, String.valueOf(line.getOrDefault("contentType", "")))
                    .block();
        }
        long begin = Math.max(low, from - shift);
        there = begin > high
                ? null
                : access.events(name, ReadOptions.forward(From.after(begin - 1)).withLimit(high - begin + 1))
                        .toIterable(BATCH_EVENTS_MAX)
                        .iterator();
        skipBelow = begin;
    }

    private @Nullable StreamInfo info(String name) {
        return access.info(name)
                .onErrorResume(Refusal.class, refusal -> refusal.isUnknownStream() ? Mono.empty() : Mono.error(refusal))
                .block();
    }

    private static long number(Map<String, Object> line, String name, long otherwise) {
        return line.get(name) instanceof Long number ? number : otherwise;
    }

    private void event(Map<String, Object> line) {
        if (stream.isEmpty() || number(line, "sequence", 0) - shift != expected) {
            throw lines.damaged("it is not event " + (expected + shift) + " of stream '" + stream + "'");
        }
        Event event;
        try {
            event = EventJson.event(stream, lines.text());
        } catch (Lost notAnEvent) {
            throw lines.damaged("it is not an event");
        }
        events++;
        expected++;
        long sequence = expected - 1;
        if (sequence < skipBelow) {
            return;
        }
        if (sequence <= stored) {
            compare(event);
        } else {
            add(event);
        }
    }

    private void compare(Event event) {
        if (there == null || !there.hasNext()) {
            throw new Refusal("conflict", "Stream '" + stream + "' was trimmed meanwhile");
        }
        Event here = there.next();
        if (!content(here).equals(content(event))) {
            throw new Refusal(
                    "divergence",
                    "Event " + here.sequence() + " of stream '" + stream + "' has other content here",
                    Map.of("here", hash(here), "there", hash(event)),
                    false);
        }
    }

    private static NewEvent content(Event event) {
        return new NewEvent(event.type(), event.key(), event.headers(), event.data());
    }

    private static String hash(Event event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String beside = event.type() + '\0' + event.key() + '\0' + event.headers() + '\0';
            digest.update(beside.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(event.data()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private void add(Event event) {
        if (isSealed) {
            throw new Refusal("stream-sealed", "Stream '" + stream + "' is sealed at " + stored + " here");
        }
        boolean full = batch.size() >= BATCH_EVENTS_MAX || batchBytes >= BATCH_BYTES_MAX;
        boolean later =
                access.keepsTime() && !batch.isEmpty() && !batch.get(0).time().equals(event.time());
        if (full || later) {
            flush();
        }
        batch.add(event);
        batchBytes += event.data().length;
    }

    private void flush() {
        if (batch.isEmpty()) {
            return;
        }
        clock.set(batch.get(0).time());
        List<NewEvent> contents = batch.stream().map(Import::content).toList();
        AppendOptions options = AppendOptions.defaults().withExpected(ExpectedSequence.exactly(stored));
        AppendResult result =
                access.append(stream, contents, options).blockOptional().orElseThrow();
        stored = result.last();
        appended += contents.size();
        batch.clear();
        batchBytes = 0;
    }

    private void finish() {
        if (stream.isEmpty()) {
            return;
        }
        flush();
        if (seals && !isSealed && stored == expected - 1) {
            access.seal(stream).block();
        }
        tell();
        stream = "";
    }

    private void tell() {
        if (!stream.isEmpty()) {
            console.line(Printable.of(stream) + "\t" + appended + " appended, ends at " + stored
                    + (appended > 0 && !access.keepsTime() ? ", with new times" : ""));
        }
    }
}

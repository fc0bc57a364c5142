package dev.fluxlog.acceptance;

import dev.fluxlog.acceptance.History.Append;
import dev.fluxlog.acceptance.History.Call;
import dev.fluxlog.acceptance.History.Read;
import dev.fluxlog.acceptance.History.Refused;
import dev.fluxlog.acceptance.Ledger.Stored;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a history is linearizable: whether each call can be given one moment between its sending and its answer, so that
 * one after the other gives what all of them were told and what the log holds in the end.
 *
 * <p>In general that takes a search. Here the log tells the order of the appends, and a page or a conflict tells between
 * which two of them it belongs. What is left to ask of an order is that nobody was answered before somebody was sent who
 * stands in front of him; as a moment is a point in an interval, asking that of all pairs is enough. Streams are asked
 * each on its own, the appends of all streams together by position.
 */
final class HistoryCheck {
    private static final int VIOLATIONS_MAX = 20;

    private final Map<String, List<Stored>> log;
    private final List<String> violations = new ArrayList<>();

    /** By content, where each event stands. */
    private final Map<String, Place> places = new HashMap<>();

    /** Contents that somebody has sent in an append that was not refused. */
    private final Map<String, String> senders = new HashMap<>();

    private record Place(String stream, Stored event) {}

    /** Where a call stands in the order of a stream or of the log: behind so many appends. */
    private record Point(long order, boolean append, long sent, long answered, String what) {}

    private HistoryCheck(Map<String, List<Stored>> log) {
        this.log = log;
    }

    /**
     * What is wrong, in words; nothing when it is linearizable.
     *
     * @param log what the streams hold in the end, from their first event on
     */
    static List<String> violations(List<Call> calls, Map<String, List<Stored>> log) {
        HistoryCheck check = new HistoryCheck(log);
        check.run(calls);
        return check.violations.subList(0, Math.min(VIOLATIONS_MAX, check.violations.size()));
    }

    private void run(List<Call> calls) {
        log.forEach(this::index);
        Map<String, List<Point>> points = new HashMap<>();
        List<Point> appends = new ArrayList<>();
        for (Call call : calls) {
            List<Point> ofStream = points.computeIfAbsent(call.stream(), stream -> new ArrayList<>());
            if (call instanceof Append append) {
                append(append, ofStream, appends);
            } else if (call instanceof Refused refused) {
                refused(refused, ofStream);
            } else if (call instanceof Read read) {
                read(read, ofStream);
            }
        }
        places.forEach((content, place) -> {
            if (!senders.containsKey(content)) {
                violation(place.stream() + " " + place.event().sequence() + ": nobody sent this");
            }
        });
        points.values().forEach(this::order);
        order(appends);
    }

    private void index(String stream, List<Stored> events) {
        long position = 0;
        for (int i = 0; i < events.size(); i++) {
            Stored event = events.get(i);
            if (event.sequence() != i + 1) {
                violation(stream + ": sequence " + event.sequence() + " where " + (i + 1) + " belongs");
            }
            if (event.position() <= position) {
                violation(stream + " " + event.sequence() + ": its position is not above that of the one before");
            }
            position = event.position();
            if (places.put(content(event), new Place(stream, event)) != null) {
                violation(stream + " " + event.sequence() + ": there twice");
            }
        }
    }

    private void append(Append append, List<Point> ofStream, List<Point> appends) {
        List<Stored> found = new ArrayList<>();
        for (int i = 0; i < append.events(); i++) {
            String content = History.content(append.id(), i);
            senders.put(content, append.id());
            Place place = places.get(content);
            if (place != null && place.stream().equals(append.stream())) {
                found.add(place.event());
            }
        }
        if (found.isEmpty()) {
            if (append.answered() != History.NEVER) {
                violation(append.id() + ": answered and not there");
            }
            return;
        }
        Stored first = found.get(0);
        Stored last = found.get(found.size() - 1);
        if (found.size() < append.events() || last.sequence() - first.sequence() != append.events() - 1) {
            violation(append.id() + ": not whole and in one piece");
        }
        if (append.answered() != History.NEVER && append.first() != first.sequence()) {
            violation(append.id() + ": told " + append.first() + " and stored as " + first.sequence());
        }
        if (append.expected() != History.ANY && append.expected() != first.sequence() - 1) {
            violation(append.id() + ": expected " + append.expected() + " and stored as " + first.sequence());
        }
        ofStream.add(new Point(last.sequence(), true, append.sent(), append.answered(), append.id()));
        appends.add(new Point(last.position(), true, append.sent(), append.answered(), append.id()));
    }

    private void refused(Refused refused, List<Point> ofStream) {
        // Whatever of it is there was sent by nobody who may have left something.
        if (refused.actual() == refused.expected()) {
            violation(refused.id() + ": refused although the newest event was the expected one");
        }
        ofStream.add(observer(refused.actual(), refused, refused.id() + ", refused at " + refused.actual()));
    }

    private void read(Read read, List<Point> ofStream) {
        List<Stored> held = log.getOrDefault(read.stream(), List.of());
        long through = read.after() + read.contents().size();
        String what = "the page of " + read.stream() + " from " + (read.after() + 1) + " through " + through;
        for (int i = 0; i < read.contents().size(); i++) {
            int index = (int) read.after() + i;
            if (index >= held.size()
                    || !content(held.get(index)).equals(read.contents().get(i))) {
                violation(what + ": " + (index + 1) + " is not what the log holds");
                return;
            }
        }
        if (read.atTail()) {
            ofStream.add(observer(through, read, what));
        } else if (read.contents().isEmpty()) {
            violation(what + ": empty before the tail");
        } else {
            // More may have been there: it must only not have come too early.
            ofStream.add(new Point(through, false, 0, read.answered(), what));
        }
    }

    private static Point observer(long tail, Call call, String what) {
        return new Point(tail, false, call.sent(), call.answered(), what);
    }

    /** An append comes before those who saw it as the newest; these may stand in any order among themselves. */
    private void order(List<Point> points) {
        points.sort(Comparator.comparingLong(Point::order).thenComparing(point -> !point.append()));
        Point none = new Point(0, false, Long.MIN_VALUE, 0, "");
        Point latest = none;
        Point latestObserver = none;
        long order = 0;
        for (Point point : points) {
            if (point.append() || point.order() != order) {
                latest = later(latest, latestObserver);
                latestObserver = none;
                order = point.order();
            }
            if (point.answered() < latest.sent()) {
                violation(point.what() + ": answered before " + latest.what() + " was sent, and stands behind it");
            }
            if (point.append()) {
                latest = later(latest, point);
            } else {
                latestObserver = later(latestObserver, point);
            }
        }
    }

    private static Point later(Point one, Point other) {
        return one.sent() >= other.sent() ? one : other;
    }

    private void violation(String what) {
        violations.add(what);
    }

    private static String content(Stored event) {
        return new String(event.payload(), StandardCharsets.UTF_8);
    }
}

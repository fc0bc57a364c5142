package dev.fluxlog.sse;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import reactor.netty.http.server.HttpServerResponse;

/**
 * What the gateway counts, for {@code /metrics}. Names of streams are in none of it: there may be any number of them.
 *
 * <p>Safe for any thread, and never waits.
 */
final class Meters {
    /** Requests by {@code method,route,status}. */
    private final Map<Requests, LongAdder> requests = new ConcurrentHashMap<>();

    /** Problems by their code: how often each bound and each check refused something. */
    private final Map<String, LongAdder> problems = new ConcurrentHashMap<>();

    private final Map<String, Durations> durations = new ConcurrentHashMap<>();
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private final LongAdder events = new LongAdder();
    private final LongAdder bodyBytes = new LongAdder();
    private final LongAdder open = new LongAdder();

    /** What is counted as one. */
    record Requests(String method, String route, int status) {}

    /** Is told of each thing that is counted, once it has been counted first; perhaps twice. */
    interface Observer {
        void requests(Requests what, LongAdder count);

        void problems(String code, LongAdder count);

        void durations(String route, Durations times);
    }

    /** Tells of what is counted, and from now on of what is new; the observer may not wait. */
    void observe(Observer observer) {
        observers.add(observer);
        requests.forEach(observer::requests);
        problems.forEach(observer::problems);
        durations.forEach(observer::durations);
    }

    long appendedEvents() {
        return events.sum();
    }

    long bodyBytes() {
        return bodyBytes.sum();
    }

    long openStreams() {
        return open.sum();
    }

    /** A request was answered. Those that stay open have no duration that would tell anything. */
    void answered(Exchange exchange, HttpServerResponse response, long nanos) {
        String route = route(exchange.path());
        Requests what =
                new Requests(exchange.knownMethod(), route, response.status().code());
        counted(requests, what, LongAdder::new, Observer::requests).increment();
        String type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE, "");
        if (!type.startsWith(Media.EVENT_STREAM)) {
            counted(durations, route, Durations::new, Observer::durations).add(nanos);
        }
        if (!exchange.problemCode().isEmpty()) {
            refused(exchange.problemCode());
        }
    }

    void refused(String code) {
        counted(problems, code, LongAdder::new, Observer::problems).increment();
    }

    private interface Told<K, V> {
        void to(Observer observer, K key, V value);
    }

    /** What counts the key; observers are told of a new one outside of the lock of the map. */
    private <K, V> V counted(Map<K, V> all, K key, Supplier<V> making, Told<K, V> told) {
        V there = all.get(key);
        if (there != null) {
            return there;
        }
        V made = making.get();
        V earlier = all.putIfAbsent(key, made);
        if (earlier != null) {
            return earlier;
        }
        observers.forEach(observer -> told.to(observer, key, made));
        return made;
    }

    void appended(long count) {
        events.add(count);
    }

    void received(long bytes) {
        bodyBytes.add(bytes);
    }

    void streamOpened() {
        open.increment();
    }

    void streamEnded() {
        open.decrement();
    }

    /** A path without the names in it; of what is no path of the gateway, nothing. */
    static String route(String path) {
        if (path.startsWith("/streams/")) {
            return "/streams/{name}";
        }
        if (path.startsWith(DurableRoute.PREFIX)) {
            return DurableRoute.PREFIX + "{name}";
        }
        return Routes.isKnown(path) ? path : "other";
    }

    void writeTo(MetricsText out) {
        out.counter("fluxlog_requests_total", "Requests that were answered");
        requests.forEach((key, count) -> out.value(
                "fluxlog_requests_total",
                "method=\"" + key.method + "\",route=\"" + key.route + "\",status=\"" + key.status + "\"",
                count.sum()));
        out.counter("fluxlog_problems_total", "Requests, and events within answers, that told of a problem");
        problems.forEach((code, count) -> out.value("fluxlog_problems_total", "problem=\"" + code + "\"", count.sum()));
        out.counter("fluxlog_appended_events_total", "Events that were appended through the gateway");
        out.value("fluxlog_appended_events_total", "", events.sum());
        out.counter("fluxlog_request_body_bytes_total", "Bytes of request bodies that were read whole");
        out.value("fluxlog_request_body_bytes_total", "", bodyBytes.sum());
        out.gauge("fluxlog_open_streams", "Answers that stay open now");
        out.value("fluxlog_open_streams", "", open.sum());
        out.histogram("fluxlog_request_seconds", "Time from the head of a request to the end of its answer");
        durations.forEach((route, all) -> all.writeTo(out, "fluxlog_request_seconds", "route=\"" + route + "\""));
    }

    /** Counts of durations up to fixed bounds. */
    static final class Durations {
        private static final double[] SECONDS = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
        private static final double NANOS = 1e9;

        private final LongAdder[] counts = new LongAdder[SECONDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        Durations() {
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        long count() {
            return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
        }

        long nanos() {
            return nanos.sum();
        }

        void add(long duration) {
            int i = 0;
            while (i < SECONDS.length && duration > SECONDS[i] * NANOS) {
                i++;
            }
            counts[i].increment();
            nanos.add(duration);
        }

        void writeTo(MetricsText out, String name, String labels) {
            long sum = 0;
            for (int i = 0; i < SECONDS.length; i++) {
                sum += counts[i].sum();
                out.value(name + "_bucket", labels + ",le=\"" + SECONDS[i] + "\"", sum);
            }
            sum += counts[SECONDS.length].sum();
            out.value(name + "_bucket", labels + ",le=\"+Inf\"", sum);
            out.value(name + "_sum", labels, nanos.sum() / NANOS);
            out.value(name + "_count", labels, sum);
        }
    }
}

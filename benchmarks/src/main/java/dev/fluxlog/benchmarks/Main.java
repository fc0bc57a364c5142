package dev.fluxlog.benchmarks;

import dev.fluxlog.LogOptions;
import dev.fluxlog.benchmarks.http.Dialect;
import dev.fluxlog.benchmarks.http.FanOutLoad;
import dev.fluxlog.benchmarks.http.ReplayLoad;
import dev.fluxlog.benchmarks.http.RequestLoad;
import dev.fluxlog.benchmarks.http.RoundTripLoad;
import dev.fluxlog.benchmarks.http.ServerProcess;
import dev.fluxlog.benchmarks.peer.Targets;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** Makes one measurement: {@code KIND --option value ...}. */
public final class Main {
    private Main() {}

    public static void main(String[] words) throws Exception {
        Arguments arguments = new Arguments(words, 1);
        switch (words[0]) {
            case "append" -> append(arguments);
            case "http" -> measure(arguments, results -> http(arguments).run(results));
            case "round-trip" ->
                measure(arguments, results -> roundTrip(arguments).run(results));
            case "fan-out" ->
                measure(arguments, results -> fanOut(arguments).run(results, arguments.number("followers", 1)));
            case "deliver" -> measure(arguments, results -> embedded(arguments).deliver(results));
            case "fork" ->
                measure(arguments, results -> embedded(arguments).fork(results, arguments.number("events", 1)));
            case "catch-up" -> measure(arguments, results -> catchUp(arguments, results));
            case "replay" ->
                measure(
                        arguments,
                        results -> replay(arguments)
                                .run(results, arguments.number("events", 1), arguments.number("connections", 1)));
            case "serve-plain" -> PlainBroadcast.serve(arguments.number("port", 0));
            case "serve-webflux" -> WebFluxBroadcast.serve(arguments.number("port", 0));
            default -> throw new IllegalArgumentException("no such measurement: " + Arrays.toString(words));
        }
        // Clients of some peers leave threads behind.
        System.exit(0);
    }

    private interface Measurement {
        void run(Results results) throws Exception;
    }

    private static void measure(Arguments arguments, Measurement measurement) throws Exception {
        Results results = new Results(arguments);
        measurement.run(results);
        results.write();
    }

    private static Embedded embedded(Arguments arguments) {
        Duration lookout = Duration.ofMillis(arguments.number("lookout-millis", 0));
        return new Embedded(Workload.of(arguments), LogOptions.defaults().withLookoutMax(lookout));
    }

    private static RequestLoad http(Arguments arguments) throws IOException {
        return new RequestLoad(Workload.of(arguments), dialect(arguments), server(arguments));
    }

    private static RoundTripLoad roundTrip(Arguments arguments) {
        return new RoundTripLoad(Workload.of(arguments), dialect(arguments));
    }

    private static Dialect dialect(Arguments arguments) {
        return Dialect.of(
                arguments.required("target"),
                arguments.text("dialect", "native").equals("durable-streams"));
    }

    private static ServerProcess server(Arguments arguments) {
        return new ServerProcess(arguments.number("pid", 0));
    }

    private static FanOutLoad fanOut(Arguments arguments) throws IOException {
        return new FanOutLoad(
                Workload.of(arguments),
                dialect(arguments),
                arguments.number("offered", arguments.number("rate", 1)),
                server(arguments));
    }

    private static ReplayLoad replay(Arguments arguments) {
        return new ReplayLoad(Workload.of(arguments), dialect(arguments), server(arguments));
    }

    private static void catchUp(Arguments arguments, Results results) throws Exception {
        Workload workload = Workload.of(arguments);
        int events = arguments.number("events", 1);
        switch (arguments.required("target")) {
            case "fluxlog" -> embedded(arguments).catchUp(results, events);
            case "chronicle-queue" -> new RawReading(workload).tailer(results, events);
            case "file" -> new RawReading(workload).file(results, events);
            default -> throw new IllegalArgumentException("nothing to catch up with");
        }
    }

    private static void append(Arguments arguments) throws Exception {
        Workload workload = Workload.of(arguments);
        Results results = new Results(arguments);
        try (AppendTarget target = Targets.open(arguments.required("target"), workload)) {
            new AppendLoad(target, workload).run(results);
        }
        results.write();
    }
}

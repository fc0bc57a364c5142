package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The descriptions that the gateway gives of itself are true of the gateway that gives them. */
class DescriptionTest extends Served {
    private static final Pattern PATH = Pattern.compile("  (/\\S*):");
    private static final Pattern METHOD = Pattern.compile("    (get|head|post|put|patch|delete):");
    private static final Pattern STATUS = Pattern.compile("        \"([0-9]{3})\":");

    @Test
    void everyPathHasTheMethodsThatAreDescribedAndNoOther() {
        Map<String, Map<String, Set<Integer>>> described = described();

        assertThat(described.keySet()).containsAll(Routes.KNOWN);
        described.forEach((path, methods) -> {
            Answer options = ask("OPTIONS " + path.replace("{name}", "a"));
            assertThat(options.status()).as(path).isEqualTo(204);
            assertThat(new TreeSet<>(Arrays.asList(options.header("Allow").split(", "))))
                    .as(path)
                    .isEqualTo(with(methods.keySet(), "OPTIONS"));
        });
    }

    @Test
    void whatAnswersIsDescribed() {
        append("a", "1");
        for (String path :
                List.of("/", "/streams", "/streams/a", "/events?follow=true", "/metrics", "/status", "/nothing")) {
            Wire wire = connect().send("GET " + path, "");
            boolean found = wire.head().status() != 404;
            String template = path.replace("/streams/a", "/streams/{name}").replaceAll("\\?.*", "");
            assertThat(described().containsKey(template)).as(path).isEqualTo(found);
        }
    }

    @Test
    void everyStatusThatABadRequestGetsIsDescribed() {
        Map<String, Map<String, Set<Integer>>> described = described();
        BadInputTest.requests().forEach(bad -> {
            String[] head = bad.head().split(" ", 2);
            String path = head[1].replaceAll("\\?.*", "")
                    .replaceAll("^/streams/.*", "/streams/{name}")
                    .replaceAll("^/v1/stream/.*", "/v1/stream/{name}");
            Map<String, Set<Integer>> methods = described.getOrDefault(path, Map.of());
            if (methods.containsKey(head[0])) {
                assertThat(methods.get(head[0])).as(bad.head()).contains(bad.status());
            } else {
                assertThat(bad.status()).as(bad.head()).isIn(404, 405);
            }
        });
    }

    @Test
    void everyFrameThatStaysOpenIsDescribed() {
        append("a", "1");
        Wire wire = connect().send("GET /streams/a?lastEventId=9", "", "Accept: text/event-stream");
        wire.head();
        String frames = wire.until("caught-up");
        String description = ask("GET /asyncapi.yaml").body();

        assertThat(frames).contains("event: ahead\n");
        for (String name : List.of("event", "caught-up", "gap", "ahead", "sealed", "error", "bye")) {
            assertThat(description).contains("\n    " + name + ":\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.yaml", "/asyncapi.yaml"})
    void aDescriptionIsYaml(String path) {
        Answer answer = ask("GET " + path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(answer.body()).doesNotContain("\t");
    }

    private static Set<String> with(Set<String> methods, String more) {
        Set<String> all = new TreeSet<>(methods);
        all.add(more);
        return all;
    }

    /** Statuses by path and method. */
    private Map<String, Map<String, Set<Integer>>> described() {
        Map<String, Map<String, Set<Integer>>> paths = new LinkedHashMap<>();
        Map<String, Set<Integer>> methods = new LinkedHashMap<>();
        Set<Integer> statuses = new TreeSet<>();
        for (String line : ask("GET /openapi.yaml").body().split("\n")) {
            Matcher path = PATH.matcher(line);
            Matcher method = METHOD.matcher(line);
            Matcher status = STATUS.matcher(line);
            if (path.matches()) {
                methods = new LinkedHashMap<>();
                paths.put(path.group(1), methods);
            } else if (method.matches()) {
                statuses = new TreeSet<>();
                methods.put(method.group(1).toUpperCase(Locale.ROOT), statuses);
            } else if (status.matches()) {
                statuses.add(Integer.parseInt(status.group(1)));
            }
        }
        return paths;
    }
}

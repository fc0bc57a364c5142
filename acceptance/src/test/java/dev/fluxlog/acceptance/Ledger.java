package dev.fluxlog.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What clients sent and what they were told, kept outside of the server; and the judgement on what the server holds.
 *
 * <p>An operation is written down before it is sent. Without an acknowledgement its outcome is open: wholly there once,
 * or absent. With one it is there, under the sequences that were told, with equal bytes.
 */
final class Ledger {
    private static final int VIOLATIONS_MAX = 20;

    private final Map<String, Operation> operations = new ConcurrentHashMap<>();

    /** An operation's share of one stream. */
    record Part(String stream, List<byte[]> payloads) {}

    /** An event as it was read at the end. */
    record Stored(long sequence, long position, byte[] payload) {}

    /** What is all there or not at all. */
    static final class Operation {
        final String id;
        final List<Part> parts;
        private volatile @Nullable List<Long> firsts;

        private Operation(String id, List<Part> parts) {
            this.id = id;
            this.parts = parts;
        }

        boolean isAcknowledged() {
            return firsts != null;
        }

        /** First sequence of each part, as told. */
        List<Long> firsts() {
            List<Long> told = firsts;
            return told == null ? List.of() : told;
        }
    }

    /** @param id becomes part of every payload, which makes payloads unique */
    Operation begin(String id, List<Part> parts) {
        Operation operation = new Operation(id, parts);
        operations.put(id, operation);
        return operation;
    }

    void acknowledge(Operation operation, List<Long> firsts) {
        operation.firsts = List.copyOf(firsts);
    }

    /** Bytes that tell where they belong, followed by anything. */
    static byte[] payload(String id, int part, int index, byte[] rest) {
        byte[] head = (id + "|" + part + "|" + index + "|").getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[head.length + rest.length];
        System.arraycopy(head, 0, payload, 0, head.length);
        System.arraycopy(rest, 0, payload, head.length, rest.length);
        return payload;
    }

    long acknowledged() {
        return operations.values().stream().filter(Operation::isAcknowledged).count();
    }

    long open() {
        return operations.size() - acknowledged();
    }

    /** What is wrong, in words; nothing when all promises were kept. */
    List<String> violations(Map<String, List<Stored>> streams) {
        List<String> violations = new ArrayList<>();
        Map<String, Stored> byContent = new HashMap<>();
        Map<String, String> streamOf = new HashMap<>();
        Set<Long> positions = new HashSet<>();
        streams.forEach((stream, events) -> {
            long expected = 1;
            long position = 0;
            for (Stored event : events) {
                if (event.sequence() != expected) {
                    violations.add(stream + ": sequence " + event.sequence() + " where " + expected + " belongs");
                }
                if (event.position() <= position || !positions.add(event.position())) {
                    violations.add(stream + " " + event.sequence() + ": position " + event.position() + " is not new");
                }
                if (byContent.put(key(event.payload()), event) != null) {
                    violations.add(stream + " " + event.sequence() + ": there twice");
                }
                streamOf.put(key(event.payload()), stream);
                expected = event.sequence() + 1;
                position = event.position();
            }
        });
        Set<String> known = new HashSet<>();
        for (Operation operation : operations.values()) {
            judge(operation, byContent, streamOf, known, violations);
        }
        byContent.forEach((content, event) -> {
            if (!known.contains(content)) {
                violations.add(streamOf.get(content) + " " + event.sequence() + ": nobody sent this");
            }
        });
        return violations.subList(0, Math.min(VIOLATIONS_MAX, violations.size()));
    }

    private static void judge(
            Operation operation,
            Map<String, Stored> byContent,
            Map<String, String> streamOf,
            Set<String> known,
            List<String> violations) {
        int sent = 0;
        List<Stored> found = new ArrayList<>();
        for (int i = 0; i < operation.parts.size(); i++) {
            Part part = operation.parts.get(i);
            for (int k = 0; k < part.payloads().size(); k++) {
                String content = key(part.payloads().get(k));
                known.add(content);
                sent++;
                Stored event = byContent.get(content);
                boolean inPlace = event != null && part.stream().equals(streamOf.get(content));
                if (event != null && inPlace) {
                    found.add(event);
                }
                if (operation.isAcknowledged()) {
                    long told = operation.firsts().get(i) + k;
                    if (event == null || !inPlace) {
                        violations.add(operation.id + ": acknowledged and lost, " + part.stream() + " " + told);
                    } else if (event.sequence() != told) {
                        violations.add(operation.id + ": acknowledged as " + part.stream() + " " + told
                                + " and stored as " + event.sequence());
                    }
                }
            }
        }
        if (!found.isEmpty() && found.size() < sent) {
            violations.add(operation.id + ": only " + found.size() + " of " + sent + " events are there");
        }
        for (int k = 1; k < found.size(); k++) {
            if (found.get(k).position() != found.get(k - 1).position() + 1) {
                violations.add(
                        operation.id + ": not adjacent at " + found.get(k).position());
            }
        }
    }

    private static String key(byte[] payload) {
        return new String(payload, StandardCharsets.ISO_8859_1);
    }
}

package dev.fluxlog.chronicle;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The facts about the process that owns a log, for people and for the message that refuses the next one. The lock
 * decides who owns it; this only tells.
 *
 * <p>As a file: one {@code name=value} a line. Unknown names are kept out of the way, missing ones read as "unknown".
 *
 * @param endpoint where the owner can be reached, or empty
 */
record Owner(UUID id, long pid, String processStart, String host, String openedAt, long epoch, String endpoint) {
    static final int BYTES_MAX = 64 << 10;

    static Owner thisProcess(Clock clock, long epoch, String endpoint) {
        ProcessHandle process = ProcessHandle.current();
        return new Owner(
                UUID.randomUUID(),
                process.pid(),
                startOf(process),
                hostName(),
                clock.instant().toString(),
                epoch,
                endpoint);
    }

    private static String hostName() {
        String name = System.getenv("HOSTNAME");
        if (name != null && !name.isBlank()) {
            return name;
        }
        try {
            return java.net.InetAddress.getLocalHost().getHostName();
        } catch (java.net.UnknownHostException e) {
            return "unknown";
        }
    }

    Owner at(long newEpoch, String newEndpoint) {
        return new Owner(id, pid, processStart, host, openedAt, newEpoch, newEndpoint);
    }

    byte[] encode() {
        return ("id=" + id + "\npid=" + pid + "\nprocess-start=" + processStart + "\nhost=" + host + "\nopened-at="
                        + openedAt + "\nepoch=" + epoch + "\nendpoint=" + endpoint.replaceAll("\\s", " ") + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Where the process answers that wrote this record, if that process lives: whoever holds the lock may have opened the
     * log a moment ago, and the record still be that of the dead owner before, whose address may be somebody else's now.
     */
    static Optional<String> livingEndpoint(byte[] bytes) {
        String endpoint = facts(bytes).getOrDefault("endpoint", "");
        return !endpoint.isBlank() && isLiving(bytes) ? Optional.of(endpoint) : Optional.empty();
    }

    /** Whether the process that wrote this record can be seen from here. */
    static boolean isLiving(byte[] bytes) {
        Map<String, String> facts = facts(bytes);
        if (!hostName().equals(facts.get("host"))) {
            return false;
        }
        try {
            return ProcessHandle.of(Long.parseLong(facts.getOrDefault("pid", "")))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> startOf(process).equals(facts.get("process-start")))
                    .isPresent();
        } catch (NumberFormatException notAPid) {
            return false;
        }
    }

    /** What this process has open is known better than from a record. */
    static boolean isOfThisProcess(byte[] bytes) {
        return String.valueOf(ProcessHandle.current().pid()).equals(facts(bytes).get("pid"));
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static Map<String, String> facts(byte[] bytes) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return facts;
    }

    /** What the record says, as far as it can be read, in one line for a message. */
    static String describe(byte[] bytes) {
        Map<String, String> facts = facts(bytes);
        String endpoint = facts.getOrDefault("endpoint", "");
        return "process " + facts.getOrDefault("pid", "unknown") + " on host " + facts.getOrDefault("host", "unknown")
                + ", which opened it at " + facts.getOrDefault("opened-at", "an unknown time")
                + (endpoint.isBlank() ? " and has no endpoint" : " and answers at " + endpoint);
    }
}

package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal of several segments of which nobody else has a copy, with one thing wrong in it: exactly the events whose
 * frames are hit are damage, each with its place, and all others are read.
 *
 * <p>Sampled; {@code -Dfluxlog.damage.complete=true} tries each byte and each page.
 */
class SegmentDamageTest {
    private static final boolean COMPLETE = Boolean.getBoolean("fluxlog.damage.complete");
    private static final int EVENTS = 90;
    private static final int PAGE_BYTES = 4096;

    @TempDir
    Path directory;

    private final Script script = new Script();
    private Path image;
    private Path copy;
    private List<String> segments;

    @BeforeEach
    void image() throws IOException {
        image = directory.resolve("image");
        copy = directory.resolve("copy");
        ChronicleBackend backend = open(image, script);
        script.create(1).create(2).commit(backend);
        for (int i = 1; i <= EVENTS; i += 3) {
            for (int j = i; j < i + 3; j++) {
                script.append(1, "<" + j + ":" + "x".repeat(4_000 + j) + ">");
            }
            script.append(2, "other " + i).commit(backend);
        }
        backend.abandon();
        // The first recovery lets go of the commit journal.
        open(image).close();
        open(image).close();
        segments = new ArrayList<>();
        for (int number = 0; Files.exists(image.resolve(segment(number))); number++) {
            segments.add(segment(number));
        }
        assertThat(segments).hasSizeGreaterThan(3);
        assertThat(Images.commitSegments(image)).isEmpty();
    }

    private static String segment(int number) {
        return "streams/01/0000000000000001/"
                + SegmentName.file(Path.of(""), number).getFileName();
    }

    private static ChronicleBackend open(Path log) {
        return open(log, new Script());
    }

    private static ChronicleBackend open(Path log, Script script) {
        ChronicleBackend backend = new ChronicleBackend(
                log, TestLogs.small().withStreamSegmentBytes(64 << 10), new TestDisk(), CrashPoints.NONE);
        script.resume(backend.recover());
        return backend;
    }

    /** The sequences whose frames have a byte in this range of the file. */
    private TreeSet<Long> hit(String file, int from, int to) throws IOException {
        String all = new String(Files.readAllBytes(image.resolve(file)), StandardCharsets.ISO_8859_1);
        TreeSet<Long> hit = new TreeSet<>();
        List<String> payloads = script.acknowledged(1);
        for (int i = 0; i < payloads.size(); i++) {
            int payload = all.indexOf(payloads.get(i));
            int begin = payload - Frame.HEADER_BYTES - "event".length();
            if (payload >= 0 && begin < to && payload + payloads.get(i).length() > from) {
                hit.add(i + 1L);
            }
        }
        return hit;
    }

    private interface Damage {
        void to(byte[] bytes);
    }

    private void assertHurtsOnly(TreeSet<Long> hit, String file, Damage damage, String what) throws IOException {
        Images.copy(image, copy);
        byte[] bytes = Files.readAllBytes(copy.resolve(file));
        byte[] before = bytes.clone();
        damage.to(bytes);
        Files.write(copy.resolve(file), bytes);
        if (Arrays.equals(before, bytes)) {
            return;
        }
        ChronicleBackend backend = open(copy);
        try {
            assertThat(damaged(backend)).as(what).isEqualTo(hit);
            assertThat(Script.read(backend, 2, 1, script.high(2))).isEqualTo(script.acknowledged(2));
        } finally {
            backend.abandon();
        }
    }

    /** Reads all of it, as far as each read goes, and steps over what is damage. */
    private TreeSet<Long> damaged(ChronicleBackend backend) {
        TreeSet<Long> damaged = new TreeSet<>();
        List<String> expected = script.acknowledged(1);
        for (long next = 1; next <= EVENTS; ) {
            try {
                for (Frame frame :
                        backend.read(new ReadRequest(1, next, EVENTS, ReadRequest.Direction.FORWARD, 1_000, 1 << 20))) {
                    assertThat(frame.sequence()).isEqualTo(next++);
                    assertThat(new String(frame.payload(), StandardCharsets.UTF_8))
                            .isEqualTo(expected.get((int) frame.sequence() - 1));
                }
            } catch (StorageException e) {
                assertThat(e.kind()).as(e.toString()).isEqualTo(Kind.CORRUPT);
                assertThat(e.stream()).isEqualTo(1);
                assertThat(e.sequence()).isEqualTo(next);
                assertThat(e.file()).endsWith(".cq4");
                assertThat(e.offset()).as(e.toString()).isNotNegative();
                damaged.add(next++);
            }
        }
        return damaged;
    }

    @Test
    @Proves({"STR-32"})
    void aFlippedByteInTheOldestSegmentHurtsOnlyTheEventInWhoseFrameItIs() throws IOException {
        for (int at = 0; at < PAGE_BYTES * 2; at += COMPLETE ? 1 : at < 64 ? 7 : 331) {
            int place = at;
            assertHurtsOnly(hit(segment(0), at, at + 1), segment(0), bytes -> bytes[place] ^= 0x10, "byte " + at);
        }
    }

    @Test
    @Proves({"STR-32"})
    void aPageOfZerosOrOfGarbageHurtsOnlyTheEventsWhoseFramesItHits() throws IOException {
        for (String file : segments) {
            int length = (int) Files.size(image.resolve(file));
            for (int at = 0; at < length; at += COMPLETE ? PAGE_BYTES : 7 * PAGE_BYTES) {
                int from = at;
                int to = Math.min(length, at + PAGE_BYTES);
                for (byte wrong : new byte[] {0, 0x5A}) {
                    assertHurtsOnly(
                            hit(file, from, to),
                            file,
                            bytes -> Arrays.fill(bytes, from, to, wrong),
                            file + " page at " + at + " of " + wrong);
                }
            }
        }
    }

    @Test
    @Proves({"STR-32", "DOC-7"})
    void anAppendBehindDamageLosesNothingMore() throws IOException {
        int frame =
                new String(Files.readAllBytes(image.resolve(segment(0))), StandardCharsets.ISO_8859_1).indexOf("<5:");
        int[][] ranges = {{0, PAGE_BYTES}, {7, 8}, {frame, frame + 1}, {8 * PAGE_BYTES, 9 * PAGE_BYTES}};
        for (String file : List.of(segments.get(0), segments.get(1), segments.get(segments.size() - 1))) {
            for (int[] range : ranges) {
                Images.copy(image, copy);
                Image.damage(copy.resolve(file), bytes -> {
                    byte wrong = (byte) (range[1] - range[0] == 1 ? bytes[range[0]] + 1 : 0);
                    Arrays.fill(bytes, range[0], Math.min(range[1], bytes.length), wrong);
                    return bytes;
                });
                TreeSet<Long> hit = hit(file, range[0], range[1]);
                Script later = new Script();
                ChronicleBackend backend = open(copy, later);
                later.append(1, "later").commit(backend);
                backend.close();
                backend = open(copy, later);
                assertThat(damaged(backend)).as("%s %d", file, range[0]).isEqualTo(hit);
                assertThat(Script.read(backend, 1, EVENTS + 1, EVENTS + 1)).containsExactly("later");
                backend.close();
            }
        }
    }
}

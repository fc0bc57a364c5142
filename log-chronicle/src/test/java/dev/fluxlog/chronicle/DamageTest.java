package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images of a small log with one thing wrong in each: every event is read as it was, or the answer is damage.
 *
 * <p>Sampled; {@code -Dfluxlog.damage.complete=true} flips each byte and cuts at each length.
 */
class DamageTest {
    private static final String COMMIT = "commit/0000000000000001.commit";
    private static final String STREAM = "streams/01/0000000000000001/19700101seg.cq4";

    private static final boolean COMPLETE = Boolean.getBoolean("fluxlog.damage.complete");

    @TempDir
    Path directory;

    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    private static int step(int sampled) {
        return COMPLETE ? 1 : sampled;
    }

    @AfterEach
    void tell(TestInfo test) {
        System.getLogger(DamageTest.class.getName())
                .log(System.Logger.Level.INFO, "{0}: {1}", test.getDisplayName(), outcomes);
    }

    private final Script script = new Script();

    /** What became of one damaged image. */
    private enum Outcome {
        WHOLE,
        CORRUPT_AT_OPEN,
        /** Opened as if the last events had never been. */
        SHORTER,
        CORRUPT_AT_READ
    }

    /** A log of three streams, whose process died or that was closed in order. */
    private Path image(boolean clean) throws IOException {
        Path image = directory.resolve("image");
        ChronicleBackend backend = new ChronicleBackend(image, TestLogs.small(), new TestDisk(), CrashPoints.NONE);
        backend.recover();
        script.create(1).create(2).create(3).commit(backend);
        for (int i = 0; i < 6; i++) {
            script.append(1, "a" + i)
                    .append(2, "b" + i)
                    .append(3, "c".repeat(50) + i)
                    .commit(backend);
        }
        script.append(1, "last").commit(backend);
        if (clean) {
            backend.close();
        } else {
            backend.abandon();
        }
        return image;
    }

    private Outcome open(Path image, String file, UnaryOperator<byte[]> damage) throws IOException {
        Outcome outcome = outcomeOf(image, file, damage);
        outcomes.merge(outcome, 1, Integer::sum);
        return outcome;
    }

    private Outcome outcomeOf(Path image, String file, UnaryOperator<byte[]> damage) throws IOException {
        Path copy = directory.resolve("copy");
        copy(image, copy);
        Path target = copy.resolve(file);
        Files.write(target, damage.apply(Files.readAllBytes(target)));
        ChronicleBackend backend = new ChronicleBackend(copy, TestLogs.small(), new TestDisk(), CrashPoints.NONE);
        long position;
        try {
            position = backend.recover().position();
        } catch (StorageException e) {
            assertThat(e.kind()).isIn(Kind.CORRUPT, Kind.UNSUPPORTED_VERSION);
            assertThat(e.file()).as(e.getMessage()).isNotEmpty();
            return Outcome.CORRUPT_AT_OPEN;
        }
        try {
            return position < script.position() ? Outcome.SHORTER : readAll(backend);
        } finally {
            backend.abandon();
        }
    }

    private Outcome readAll(ChronicleBackend backend) {
        Outcome outcome = Outcome.WHOLE;
        for (long stream : script.streams()) {
            List<String> expected = script.acknowledged(stream);
            for (int i = 0; i < expected.size(); i++) {
                try {
                    assertThat(Script.read(backend, stream, i + 1L, i + 1L)).containsExactly(expected.get(i));
                } catch (StorageException e) {
                    assertThat(e.kind()).as(e.toString()).isEqualTo(Kind.CORRUPT);
                    assertThat(e.stream()).isEqualTo(stream);
                    assertThat(e.sequence()).isEqualTo(i + 1L);
                    assertThat(e.file()).isNotEmpty();
                    outcome = Outcome.CORRUPT_AT_READ;
                }
            }
        }
        return outcome;
    }

    private static UnaryOperator<byte[]> flip(int at) {
        return bytes -> {
            bytes[at] ^= 0x10;
            return bytes;
        };
    }

    private static UnaryOperator<byte[]> zero(int from, int to) {
        return bytes -> {
            Arrays.fill(bytes, from, Math.min(to, bytes.length), (byte) 0);
            return bytes;
        };
    }

    private static UnaryOperator<byte[]> cut(int length) {
        return bytes -> Arrays.copyOf(bytes, length);
    }

    private static int contentEnd(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @Test
    @Proves({"STR-32"})
    void noFlippedByteOfTheCommitJournalLosesAnEventUnnoticed() throws IOException {
        Path image = image(false);
        int end = contentEnd(image.resolve(COMMIT));
        List<Integer> whole = new ArrayList<>();
        int tried = 0;
        for (int at = 0; at < end; at += step(31)) {
            tried++;
            Outcome outcome = open(image, COMMIT, flip(at));
            assertThat(outcome).as("byte %d", at).isIn(Outcome.WHOLE, Outcome.CORRUPT_AT_OPEN);
            if (outcome == Outcome.WHOLE) {
                whole.add(at);
            }
        }
        // What stands nowhere else are the changes to the catalog, in the first group, and the last group's head.
        assertThat(whole.size()).isBetween(tried / 2, tried - 1);
    }

    @Test
    @Proves({"STR-32"})
    void noFlippedByteOfTheCommitJournalLosesAnEventEvenWithoutTheNoteOfWhatWasAcknowledged() throws IOException {
        Path image = image(false);
        Files.delete(image.resolve("commit/acknowledged"));
        int end = contentEnd(image.resolve(COMMIT));
        for (int at = 0; at < end; at += step(41)) {
            assertThat(open(image, COMMIT, flip(at))).as("byte %d", at).isIn(Outcome.WHOLE, Outcome.CORRUPT_AT_OPEN);
        }
    }

    @Test
    @Proves({"STR-32"})
    void aSectorOfZerosBeforeAWholeGroupIsDamageAndNotTheEnd() throws IOException {
        Path image = image(false);
        Files.delete(image.resolve("commit/acknowledged"));
        int end = contentEnd(image.resolve(COMMIT));
        for (int at = 512; at + 512 < end - 200; at += 512) {
            assertThat(open(image, COMMIT, zero(at, at + 512)))
                    .as("sector at %d", at)
                    .isEqualTo(Outcome.CORRUPT_AT_OPEN);
        }
    }

    @Test
    @Proves({"STR-32"})
    void noZeroedOrCutEndOfTheCommitJournalLosesAnEventUnnoticed() throws IOException {
        Path image = image(false);
        int end = contentEnd(image.resolve(COMMIT));
        for (int from = 0; from < end; from += step(101)) {
            // Whole where only frames of the last group are gone, which its head and the journals of the streams prove.
            assertThat(open(image, COMMIT, zero(from, end)))
                    .as("zeros from %d", from)
                    .isIn(Outcome.WHOLE, Outcome.CORRUPT_AT_OPEN);
            assertThat(open(image, COMMIT, cut(from)))
                    .as("cut at %d", from)
                    .isIn(Outcome.WHOLE, Outcome.CORRUPT_AT_OPEN);
        }
    }

    @Test
    @Proves({"STR-32"})
    void damageInTheCommitJournalOfALogClosedInOrderHurtsNothing() throws IOException {
        Path image = image(true);
        int end = contentEnd(image.resolve(COMMIT));
        for (int at = 64; at < end; at += step(97)) {
            assertThat(open(image, COMMIT, flip(at))).isEqualTo(Outcome.WHOLE);
        }
    }

    @Test
    @Proves({"STR-32"})
    void aDamagedManifestIsReadFromItsOtherCopyWhateverByteItIs() throws IOException {
        Path image = image(true);
        int end = (int) Files.size(image.resolve("manifest"));
        for (String file : List.of("manifest", "manifest.copy")) {
            for (int at = 0; at < end; at += step(4)) {
                assertThat(open(image, file, flip(at))).as("byte %d", at).isEqualTo(Outcome.WHOLE);
            }
            for (int length = 0; length < end; length += step(7)) {
                assertThat(open(image, file, cut(length))).isEqualTo(Outcome.WHOLE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit.head", "commit/acknowledged", "OWNER"})
    @Proves({"STR-32"})
    void aDamagedNoteHurtsNothing(String file) throws IOException {
        Path image = image(false);
        int end = (int) Files.size(image.resolve(file));
        for (int at = 0; at < end; at += step(5)) {
            assertThat(open(image, file, flip(at))).as("byte %d", at).isEqualTo(Outcome.WHOLE);
        }
        for (int length = 0; length < end; length += step(9)) {
            assertThat(open(image, file, cut(length))).as("cut to %d", length).isEqualTo(Outcome.WHOLE);
        }
    }

    @Test
    @Proves({"STR-32"})
    void twoDamagedManifestsAreToldAndNotMadeUp() throws IOException {
        Path image = image(true);
        int end = (int) Files.size(image.resolve("manifest"));
        byte[] whole = Files.readAllBytes(image.resolve("manifest"));
        for (int at = 0; at < end; at += step(3)) {
            Files.write(image.resolve("manifest.copy"), flip(end - 1 - at).apply(whole.clone()));
            assertThat(open(image, "manifest", flip(at))).as("byte %d", at).isEqualTo(Outcome.CORRUPT_AT_OPEN);
        }
    }

    @Test
    @Proves({"STR-32"})
    void theDamagedOneIsKeptAndTheNextOpenFindsTwoWholeOnes() throws IOException {
        Path image = image(true);
        Path manifest = image.resolve("manifest");
        Files.write(manifest, flip(30).apply(Files.readAllBytes(manifest)));
        try (ChronicleBackend backend = new ChronicleBackend(image, TestLogs.small())) {
            assertThat(backend.recover().repairs())
                    .anySatisfy(repair -> assertThat(repair).contains("second manifest"));
        }
        assertThat(image.resolve("quarantine/manifest")).exists();
        assertThat(Files.readAllBytes(manifest)).isEqualTo(Files.readAllBytes(image.resolve("manifest.copy")));
    }

    @Test
    @Proves({"STR-32", "STR-33"})
    void whateverHappensToATouchedStreamJournalItIsFilledUpFromTheCommitJournal() throws IOException {
        Path image = image(false);
        int end = contentEnd(image.resolve(STREAM));
        for (int at = 0; at < end; at += step(at < 1_000 ? 61 : 311)) {
            assertThat(open(image, STREAM, flip(at))).as("byte %d", at).isEqualTo(Outcome.WHOLE);
        }
        for (int at = 0; at < end; at += 4096) {
            assertThat(open(image, STREAM, zero(at, at + 4096)))
                    .as("page at %d", at)
                    .isEqualTo(Outcome.WHOLE);
        }
        for (int length : new int[] {0, 3, 10, 64, 100, 5_000, end - 100, end - 10, end - 1}) {
            assertThat(open(image, STREAM, cut(length))).as("cut to %d", length).isEqualTo(Outcome.WHOLE);
        }
    }

    @Test
    @Proves({"STR-32", "STR-13", "FMT-2", "DOC-7"})
    void aFlippedByteInAStreamJournalIsNeverDeliveredAndHurtsNoOtherStream() throws IOException {
        Path image = image(true);
        int end = contentEnd(image.resolve(STREAM));
        int corrupt = 0;
        for (int at = 0; at < end; at += step(at < 300 ? 29 : 149)) {
            Outcome outcome = open(image, STREAM, flip(at));
            assertThat(outcome).isNotEqualTo(Outcome.CORRUPT_AT_OPEN);
            corrupt += outcome == Outcome.CORRUPT_AT_READ ? 1 : 0;
        }
        assertThat(corrupt).isPositive();
    }

    @Test
    @Proves({"STR-32"})
    void noNumberOfChroniclesLeadsOutOfTheSegment() throws IOException {
        Path image = image(true);
        long bytes = Files.size(image.resolve(STREAM));
        // The position written last and its sequence, the page of pages, the next index, the first page and its first
        // event.
        for (int number : new int[] {0x40, 0x48, 0x98, 0xB0, 0xF0, 0x510}) {
            for (int at = number; at < number + Long.BYTES; at++) {
                assertThat(open(image, STREAM, flip(at))).as("byte %d", at).isEqualTo(Outcome.WHOLE);
                assertThat(directory.resolve("copy").resolve(STREAM))
                        .as("byte %d", at)
                        .hasSize(bytes);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Proves({"STR-32"})
    void noCutOfAStreamJournalLosesAnEventUnnoticed(boolean clean) throws IOException {
        Path image = image(clean);
        int end = contentEnd(image.resolve(STREAM));
        // What was touched since the checkpoint stands in the commit journal too, all else nowhere.
        Outcome expected = clean ? Outcome.CORRUPT_AT_READ : Outcome.WHOLE;
        for (int length = 0; length < end; length += step(97)) {
            assertThat(open(image, STREAM, cut(length))).as("cut to %d", length).isEqualTo(expected);
        }
    }

    @Test
    @Proves({"DOC-7"})
    void aDamagedStreamTakesAppendsAgainAndStopsNoOther() throws IOException {
        Path image = image(true);
        int end = contentEnd(image.resolve(STREAM));
        List<UnaryOperator<byte[]>> damages = List.of(
                flip(30),
                flip(5),
                cut(0),
                cut(3),
                cut(64),
                cut(end - 40),
                zero(0, 4096),
                zero(end / 2, end),
                flip(end - 9));
        boolean mended = false;
        for (UnaryOperator<byte[]> damage : damages) {
            Path copy = directory.resolve("copy");
            copy(image, copy);
            Path target = copy.resolve(STREAM);
            Files.write(target, damage.apply(Files.readAllBytes(target)));
            Script later = new Script();
            ChronicleBackend backend = new ChronicleBackend(copy, TestLogs.small(), new TestDisk(), CrashPoints.NONE);
            later.resume(backend.recover());
            later.append(1, "x", "y").append(2, "z").commit(backend);
            ChronicleBackend mending = backend;
            Awaitility.await().until(() -> mending.waitingBytes() == 0);
            mended |= mending.findings().stream()
                    .anyMatch(finding -> finding.startsWith("mended") && finding.contains("streams/01/"));
            backend.close();
            assertThat(Manifest.decode(Files.readAllBytes(copy.resolve("manifest")))
                            .clean())
                    .as("the damage did not stop the log")
                    .isTrue();
            backend = new ChronicleBackend(copy, TestLogs.small(), new TestDisk(), CrashPoints.NONE);
            later.resume(backend.recover());
            assertThat(Script.read(backend, 1, 8, 9)).containsExactly("x", "y");
            assertThat(Script.read(backend, 2, 1, 7)).hasSize(7).endsWith("z");
            later.append(1, "w").commit(backend);
            assertThat(Script.read(backend, 1, 8, 10)).containsExactly("x", "y", "w");
            backend.close();
        }
        assertThat(mended).as("what was mended while the log was open is told").isTrue();
    }

    @Test
    @Proves({"STR-33"})
    void aMissingStreamJournalIsFilledUpFromTheCommitJournal() throws IOException {
        Path image = image(false);
        Path copy = directory.resolve("copy");
        copy(image, copy);
        delete(copy.resolve("streams"));
        try (ChronicleBackend backend = new ChronicleBackend(copy, TestLogs.small())) {
            assertThat(backend.recover().repairs())
                    .anySatisfy(repair -> assertThat(repair).contains("from the commit journal"));
            assertThat(readAll(backend)).isEqualTo(Outcome.WHOLE);
        }
    }

    @Test
    @Proves({"STR-13"})
    void framesOfAnotherStreamAreDamage() throws IOException {
        Path image = image(true);
        Path copy = directory.resolve("copy");
        copy(image, copy);
        Path one = copy.resolve(STREAM);
        Path two = copy.resolve("streams/02/0000000000000002/19700101seg.cq4");
        Files.copy(two, one, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (ChronicleBackend backend = new ChronicleBackend(copy, TestLogs.small())) {
            backend.recover();
            assertThat(readAll(backend)).isEqualTo(Outcome.CORRUPT_AT_READ);
            assertThat(Script.read(backend, 2, 1, script.high(2))).isEqualTo(script.acknowledged(2));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        delete(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

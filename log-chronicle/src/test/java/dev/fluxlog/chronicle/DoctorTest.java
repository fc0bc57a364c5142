package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.Diagnosis.Finding;
import dev.fluxlog.chronicle.Diagnosis.Status;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each check against the damage it is for, what a repair makes of it, and what a repair leaves alone. */
class DoctorTest {
    private static final String COMMIT = "commit/0000000000000001.commit";
    private static final String STREAM = "streams/01/0000000000000001/19700101seg.cq4";
    private static final String ORDER = "streams/00/0000000000000000/19700101seg.cq4";

    @TempDir
    Path directory;

    private final Script script = new Script();
    private final TestDisk disk = new TestDisk();

    private Path log() {
        return directory.resolve("log");
    }

    private ChronicleBackend open() {
        ChronicleBackend backend = new ChronicleBackend(log(), TestLogs.small(), new TestDisk(), CrashPoints.NONE);
        backend.recover();
        return backend;
    }

    /** Three streams in a few small groups. */
    private ChronicleBackend filled() {
        ChronicleBackend backend = open();
        script.create(1).create(2).create(3).commit(backend);
        for (int i = 0; i < 40; i++) {
            script.append(1, "a".repeat(1_000) + i)
                    .append(2, "b" + i)
                    .append(3, "c" + i)
                    .commit(backend);
        }
        return backend;
    }

    /** Closed in order; the commit journal still holds everything. */
    private void soundLog() {
        filled().close();
    }

    /** Closed in order after a recovery, which has let go of the commit journal. */
    private void soundLogWithoutCommits() {
        filled().abandon();
        open().close();
        assertThat(log().resolve(COMMIT)).doesNotExist();
    }

    private Doctor doctor() {
        return Doctor.of(log(), disk, CrashPoints.NONE);
    }

    private Finding only(String check) {
        Diagnosis diagnosis = doctor().examine();
        assertThat(diagnosis.check(check).findings()).as(diagnosis.toString()).hasSize(1);
        assertThat(diagnosis.checks().stream()
                        .filter(c -> c.status() == Status.ERROR || c.status() == Status.WARN)
                        .map(Diagnosis.Check::id))
                .containsExactly(check);
        return diagnosis.check(check).findings().get(0);
    }

    /** Mended, clean, with nothing left to do, and every event as it was. */
    private void assertMends() {
        Diagnosis after = doctor().fix();
        assertThat(after.isClean()).as(after.toString()).isTrue();
        String digest = Image.digest(log());
        assertThat(doctor().fix()).isEqualTo(after);
        assertThat(Image.digest(log())).isEqualTo(digest);
        assertReadable();
    }

    private void assertReadable() {
        ChronicleBackend backend = open();
        for (long stream : script.streams()) {
            assertThat(Script.read(backend, stream, 1, script.high(stream))).isEqualTo(script.acknowledged(stream));
        }
        assertThat(backend.runs(1, script.position(), 10_000).stream().mapToInt(run -> run.count()))
                .satisfies(counts ->
                        assertThat(counts.stream().mapToInt(c -> c).sum()).isEqualTo((int) script.position()));
        script.append(1, "more").commit(backend);
        backend.close();
    }

    private static byte[] flipped(byte[] bytes, int at) {
        bytes[at] ^= 0x10;
        return bytes;
    }

    private void damage(String file, java.util.function.UnaryOperator<byte[]> damage) throws IOException {
        Image.damage(log().resolve(file), damage);
    }

    /** Offset of the text in the file, behind all before it. */
    private int offsetOf(String file, String text) throws IOException {
        String all = new String(Files.readAllBytes(log().resolve(file)), StandardCharsets.ISO_8859_1);
        assertThat(all).contains(text);
        return all.indexOf(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {STREAM, ORDER})
    @Proves({"DOC-1", "STR-32"})
    void aDamagedIndexFromWhichNoEventIsMissingIsToldAndWrittenAnew(String file) throws IOException {
        soundLogWithoutCommits();
        damage(file, bytes -> flipped(bytes, 0xF5));
        Finding finding = only(file.equals(ORDER) ? "order" : "stream-journals");
        assertThat(finding.severity()).isEqualTo(Status.WARN);
        assertThat(finding.file()).isEqualTo(file);
        assertMends();
        assertThat(log().resolve("quarantine"))
                .isDirectoryContaining(path -> path.toString().endsWith(".cq4"));
    }

    @Test
    @Proves({"DOC-1", "DOC-3"})
    void aSoundLogIsCleanAndKeepsEveryByte() {
        soundLog();
        String before = Image.digest(log());
        Diagnosis diagnosis = doctor().examine();
        assertThat(diagnosis.isClean()).as(diagnosis.toString()).isTrue();
        assertThat(diagnosis.checks()).extracting(Diagnosis.Check::id).isEqualTo(Doctor.checks());
        assertThat(diagnosis.checks()).extracting(Diagnosis.Check::status).containsOnly(Status.OK);
        assertThat(doctor().fix()).isEqualTo(diagnosis);
        assertThat(Image.digest(log())).isEqualTo(before);
        assertReadable();
    }

    @Test
    @Proves({"DOC-1", "DOC-3"})
    void aLogWhoseProcessDiedIsExaminedWithoutRecoveringIt() {
        filled().abandon();
        String before = Image.digest(log());
        Diagnosis diagnosis = doctor().examine();
        assertThat(diagnosis.check("owner").status()).isEqualTo(Status.WARN);
        assertThat(diagnosis.checks().stream().filter(c -> c.status() == Status.ERROR))
                .isEmpty();
        assertThat(Image.digest(log())).isEqualTo(before);
        assertMends();
    }

    @Test
    @Proves({"DOC-6", "OWN-1"})
    void nothingIsExaminedUnderALivingOwner() {
        ChronicleBackend owner = filled();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> doctor().examine())
                    .isInstanceOf(LogException.Busy.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThatThrownBy(() -> doctor().fix()).isInstanceOf(LogException.Busy.class);
        }
        script.append(1, "still the owner").commit(owner);
        owner.close();
        assertThat(doctor().examine().isClean()).isTrue();
    }

    @Test
    @Proves({"DOC-5"})
    void whereThereIsNoLogNothingIsFoundSound() {
        assertThatThrownBy(() -> doctor().examine()).isInstanceOf(LogException.Failed.class);
        assertThatThrownBy(() -> Doctor.of(directory).examine()).isInstanceOf(LogException.Failed.class);
        assertThat(log()).doesNotExist();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void theRecordOfADeadOwnerIsToldAndRemoved() throws IOException {
        soundLog();
        Files.writeString(log().resolve("OWNER"), "pid=1234567\nhost=elsewhere\n");
        Finding finding = only("owner");
        assertThat(finding.what()).contains("1234567", "elsewhere");
        assertThat(finding.file()).isEqualTo("OWNER");
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aByteFlippedInAJournalIsToldWithItsSequenceAndTakenFromTheCommitJournal() throws IOException {
        soundLog();
        damage(STREAM, bytes -> {
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("a".repeat(1_000) + "17");
            return flipped(bytes, at + 5);
        });
        Finding finding = only("stream-journals");
        assertThat(finding.stream()).isEqualTo("stream-1");
        assertThat(finding.first()).isEqualTo(18);
        assertThat(finding.through()).isEqualTo(18);
        assertThat(finding.file()).isEqualTo(STREAM);
        assertThat(finding.offset()).isPositive();
        assertThat(finding.plan()).contains("anew");
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void whatNobodyHasStaysLostAndHurtsNothingElse() throws IOException {
        soundLogWithoutCommits();
        int at = offsetOf(STREAM, "a".repeat(1_000) + "17");
        damage(STREAM, bytes -> flipped(bytes, at + 5));
        String before = Image.digest(log());
        Finding finding = only("stream-journals");
        assertThat(finding.first()).isEqualTo(18);
        assertThat(finding.through()).isEqualTo(18);
        assertThat(finding.plan()).isEmpty();
        Diagnosis after = doctor().fix();
        assertThat(after.check("stream-journals").status()).isEqualTo(Status.ERROR);
        assertThat(Image.digest(log())).isEqualTo(before);
        ChronicleBackend backend = open();
        assertThat(Script.read(backend, 2, 1, 40)).isEqualTo(script.acknowledged(2));
        assertThat(Script.read(backend, 1, 19, 40))
                .isEqualTo(script.acknowledged(1).subList(18, 40));
        backend.close();
    }

    @Test
    @Proves({"DOC-7"})
    void ofTenStreamsWithOneDamagedNineAreServed() throws IOException {
        ChronicleBackend before = open();
        for (int stream = 1; stream <= 10; stream++) {
            script.create(stream).append(stream, "first of " + stream, "second of " + stream);
        }
        script.commit(before);
        before.close();
        int at = offsetOf(STREAM, "first of 1");
        damage(STREAM, bytes -> flipped(bytes, at));
        String names = Image.digest(log()).replaceAll(" [0-9a-f]{64}", "");
        EventLog log =
                ChronicleLog.open(log(), TestLogs.small()).blockOptional().orElseThrow();
        for (int stream = 2; stream <= 10; stream++) {
            EventStream sound = log.stream("stream-" + stream);
            sound.append(NewEvent.text("third")).block();
            assertThat(sound.read(ReadOptions.forward(From.start()))
                            .collectList()
                            .block())
                    .hasSize(3);
        }
        assertThatThrownBy(() -> log.stream("stream-1")
                        .read(ReadOptions.forward(From.start()))
                        .collectList()
                        .block())
                .isInstanceOfSatisfying(LogException.Corrupt.class, e -> {
                    assertThat(e.stream()).isEqualTo("stream-1");
                    assertThat(e.sequence()).isEqualTo(1);
                });
        log.close().block();
        assertThat(Image.digest(log()).replaceAll(" [0-9a-f]{64}", "").lines())
                .containsAll(names.lines().toList());
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void whatStandsBehindABrokenChainIsFoundAndBroughtBack() throws IOException {
        soundLogWithoutCommits();
        byte[] bytes = Files.readAllBytes(log().resolve(STREAM));
        List<Integer> records = records(bytes);
        int broken = records.get(1);
        Arrays.fill(bytes, broken, broken + 4, (byte) 0);
        Files.write(log().resolve(STREAM), bytes);
        Diagnosis found = doctor().examine();
        assertThat(found.check("stream-journals").status()).isEqualTo(Status.ERROR);
        assertThat(found.isMendable()).isTrue();
        assertMends();
    }

    /** Where the records of ours begin in a segment. */
    private List<Integer> records(byte[] bytes) {
        List<Integer> found = new java.util.ArrayList<>();
        java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; in.getInt(at) != 0 && in.getInt(at) != JournalScan.SEALED; ) {
            int word = in.getInt(at);
            if ((word & 0x4000_0000) == 0) {
                found.add(at);
            }
            at += 4 + ((word & 0x3FFF_FFFF) + 3) / 4 * 4;
        }
        return found;
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aJournalThatIsGoneIsToldAndWrittenAnew() throws IOException {
        soundLog();
        Image.delete(log().resolve("streams/02/0000000000000002"));
        Finding finding = only("stream-journals");
        assertThat(finding.stream()).isEqualTo("stream-2");
        assertThat(finding.first()).isEqualTo(1);
        assertThat(finding.through()).isEqualTo(40);
        assertThat(finding.file()).isEqualTo("streams/02/0000000000000002");
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void journalsThatWereSwappedAreToldAndKept() throws IOException {
        soundLog();
        Path one = log().resolve("streams/01/0000000000000001");
        Path two = log().resolve("streams/02/0000000000000002");
        Files.move(one, directory.resolve("aside"));
        Files.move(two, one);
        Files.move(directory.resolve("aside"), two);
        Diagnosis found = doctor().examine();
        assertThat(found.check("stream-journals").findings())
                .extracting(Finding::stream)
                .containsExactly("stream-1", "stream-2");
        assertThat(found.check("stream-journals").findings().get(0).what())
                .contains("belongs to stream 2 and stands in the journal of stream 1");
        assertMends();
        assertThat(log().resolve("quarantine")).isNotEmptyDirectory();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void theOrderOfCommitIsMadeAnewFromTheEventsThemselves() throws IOException {
        soundLogWithoutCommits();
        Image.delete(log().resolve("streams/00/0000000000000000"));
        Finding finding = only("order");
        assertThat(finding.first()).isEqualTo(1);
        assertThat(finding.through()).isEqualTo(120);
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aFlippedByteInTheOrderOfCommitIsTakenFromTheCommitJournal() throws IOException {
        soundLog();
        damage(ORDER, bytes -> flipped(bytes, records(bytes).get(0) + 4 + Excerpt.HEADER_BYTES + 3));
        assertThat(only("order").plan()).isNotEmpty();
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aManifestThatIsGoneIsMadeAnewFromTheFirstGroupOn() throws IOException {
        soundLog();
        Files.delete(log().resolve("manifest"));
        Files.delete(log().resolve("manifest.copy"));
        Diagnosis found = doctor().examine();
        assertThat(found.check("manifest").findings().get(0).file()).isEqualTo("manifest");
        assertThat(found.check("order").status()).isEqualTo(Status.SKIPPED);
        assertThat(found.check("marks").status()).isEqualTo(Status.SKIPPED);
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aManifestThatIsDamagedIsMadeAnewAndKeptAside() throws IOException {
        soundLog();
        damage("manifest", bytes -> flipped(bytes, 30));
        damage("manifest.copy", bytes -> flipped(bytes, 40));
        assertThat(doctor().examine().check("manifest").status()).isEqualTo(Status.ERROR);
        assertMends();
        assertThat(log().resolve("quarantine/manifest")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"manifest", "manifest.copy"})
    @Proves({"DOC-2", "DOC-3"})
    void oneDamagedManifestIsWrittenAgainFromTheOther(String file) throws IOException {
        soundLog();
        damage(file, bytes -> flipped(bytes, 30));
        assertThat(only("manifest").file()).isEqualTo(file);
        assertMends();
    }

    @Test
    @Proves({"DOC-3", "DOC-4"})
    void withoutAManifestTheJournalsAreReadAllTheSame() throws IOException {
        soundLogWithoutCommits();
        int at = offsetOf(STREAM, "a".repeat(1_000) + "17");
        damage(STREAM, bytes -> flipped(bytes, at + 5));
        Files.delete(log().resolve("manifest"));
        Files.delete(log().resolve("manifest.copy"));
        Files.delete(log().resolve("commit/acknowledged"));
        Image.delete(log().resolve("streams/00"));
        String before = Image.digest(log());
        Diagnosis found = doctor().fix();
        assertThat(found.check("manifest").findings().get(0).plan()).isEmpty();
        assertThat(found.check("stream-journals").findings().get(0).first()).isEqualTo(18);
        assertThat(Image.digest(log())).isEqualTo(before);
    }

    @Test
    @Proves({"DOC-2"})
    void aMarkBelowTheFramesIsTold() throws IOException {
        soundLogWithoutCommits();
        Manifest manifest = Manifest.decode(Files.readAllBytes(log().resolve("manifest")));
        List<StreamState> lower = manifest.streams().stream()
                .map(state -> new StreamState(
                        state.number(), state.name(), true, false, 1, state.number() == 3 ? 30 : 40, state.settings()))
                .toList();
        Files.write(
                log().resolve("manifest"),
                manifest.at(manifest.place(), manifest.unapplied(), lower)
                        .asClean()
                        .encode());
        Finding finding = only("marks");
        assertThat(finding.stream()).isEqualTo("stream-3");
        assertThat(finding.first()).isEqualTo(31);
        assertThat(finding.through()).isEqualTo(40);
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aTornTailIsToldWithItsPlaceAndCutOff() throws IOException {
        filled().abandon();
        Files.delete(log().resolve("OWNER"));
        byte[] bytes = Files.readAllBytes(log().resolve(COMMIT));
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        bytes[(end + 7) / 8 * 8] = 'X';
        bytes[end + 1_500] = 'X';
        Files.write(log().resolve(COMMIT), bytes);
        String before = Image.digest(log());
        Diagnosis found = doctor().examine();
        Finding finding = found.check("commit-journal").findings().get(0);
        assertThat(finding.severity()).isEqualTo(Status.WARN);
        assertThat(finding.file()).isEqualTo(COMMIT);
        assertThat(finding.offset()).isEqualTo((end + 7) / 8 * 8);
        assertThat(Image.digest(log())).isEqualTo(before);
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aFlippedByteInTheCommitJournalIsToldAndMendedFromTheJournals() throws IOException {
        filled().abandon();
        Files.delete(log().resolve("OWNER"));
        int at = offsetOf(COMMIT, "a".repeat(1_000) + "2");
        damage(COMMIT, bytes -> flipped(bytes, at));
        Finding finding = only("commit-journal");
        assertThat(finding.severity()).isEqualTo(Status.WARN);
        assertThat(finding.file()).isEqualTo(COMMIT);
        assertThat(finding.offset()).isBetween((long) CommitSegment.HEADER_BYTES, (long) at);
        assertThat(finding.plan()).isNotEmpty();
        assertMends();
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aFlippedByteOfWhatNobodyElseHasIsToldAndNothingIsCutOff() throws IOException {
        filled().abandon();
        Files.delete(log().resolve("OWNER"));
        int at = offsetOf(COMMIT, "a".repeat(1_000) + "2");
        damage(COMMIT, bytes -> flipped(bytes, at));
        int copy = offsetOf(STREAM, "a".repeat(1_000) + "2");
        damage(STREAM, bytes -> flipped(bytes, copy));
        Diagnosis found = doctor().fix();
        Finding finding = found.check("commit-journal").findings().get(0);
        assertThat(finding.severity()).isEqualTo(Status.ERROR);
        assertThat(finding.file()).isEqualTo(COMMIT);
        assertThat(finding.plan()).isEmpty();
        assertThat(found.check("acknowledged").status()).isEqualTo(Status.SKIPPED);
    }

    @Test
    @Proves({"DOC-2"})
    void anEndThatBecameZerosIsToldFromWhatWasAcknowledged() throws IOException {
        filled().abandon();
        Files.delete(log().resolve("OWNER"));
        damage(COMMIT, bytes -> {
            Arrays.fill(bytes, 10_000, bytes.length, (byte) 0);
            return bytes;
        });
        Diagnosis found = doctor().examine();
        Finding finding = found.check("acknowledged").findings().get(0);
        assertThat(finding.severity()).isEqualTo(Status.ERROR);
        assertThat(finding.through()).isEqualTo(120);
    }

    @Test
    @Proves({"DOC-2", "DOC-3"})
    void aVersionThatIsNotKnownIsToldAndNothingIsMended() throws IOException {
        soundLog();
        Files.writeString(log().resolve("OWNER"), "garbage");
        damage("manifest", bytes -> {
            bytes[8] = 9;
            return Checksum.sealAt(bytes, 12);
        });
        Diagnosis found = doctor().examine();
        assertThat(found.check("versions").status()).isEqualTo(Status.ERROR);
        assertThat(found.check("versions").findings().get(0).what()).contains("version 9");
        assertThat(found.check("manifest").status()).isEqualTo(Status.SKIPPED);
        String before = Image.digest(log());
        assertThatThrownBy(() -> doctor().fix()).isInstanceOf(LogException.UnsupportedVersion.class);
        // The lock was taken, and the record of whoever had it before goes with it.
        assertThat(Image.digest(log())).isEqualTo(before.replaceAll("(?m)^OWNER.*\n", ""));
    }

    @Test
    @Proves({"DOC-3"})
    void whatInterruptedStepsHaveLeftIsRemoved() throws IOException {
        soundLog();
        List<String> left =
                List.of("manifest.tmp", "OWNER.tmp", "commit/next.tmp", "commit/large", "trash/0000000000000009/x.cq4");
        for (String name : left) {
            Files.createDirectories(log().resolve(name).getParent());
            Files.writeString(log().resolve(name), "half");
        }
        Diagnosis found = doctor().examine();
        assertThat(found.check("leftovers").findings())
                .extracting(Finding::file)
                .containsExactly(
                        "manifest.tmp", "OWNER.tmp", "trash/0000000000000009", "commit/large", "commit/next.tmp");
        assertMends();
        assertThat(log().resolve("manifest.tmp")).doesNotExist();
    }

    @Test
    @Proves({"DOC-3"})
    void whatDoesNotBelongThereIsMovedIntoQuarantine() throws IOException {
        soundLog();
        Files.writeString(log().resolve("commit/notes.txt"), "mine");
        Files.writeString(log().resolve("streams/01/0000000000000001/20200101.cq4"), "not a queue");
        Files.createDirectories(log().resolve("streams/77/0000000000000077"));
        Files.writeString(log().resolve("README"), "beside the log, and nobody's business");
        Diagnosis found = doctor().examine();
        assertThat(found.check("strays").findings())
                .extracting(Finding::file)
                .containsExactly(
                        "commit/notes.txt", "streams/01/0000000000000001/20200101.cq4", "streams/77/0000000000000077");
        assertThat(found.check("strays").status()).isEqualTo(Status.ERROR);
        assertMends();
        assertThat(log().resolve("quarantine/stray-commit-notes.txt")).hasContent("mine");
        assertThat(log().resolve("README")).exists();
        assertThat(doctor().examine().check("quarantine").message()).startsWith("3 files");
    }

    @Test
    @Proves({"DOC-5"})
    void aFullDiskAndFilesThatMayNotBeTouchedAreTold() {
        soundLog();
        disk.setUsableBytes(1 << 20);
        assertThat(only("free-space").what()).startsWith("1048576 bytes are free");
        disk.setUsableBytes(Long.MAX_VALUE);
        disk.deny("1\\.commit$");
        assertThat(only("access").file()).isEqualTo(COMMIT);
    }

    @Test
    @Proves({"DOC-5"})
    void whatCannotBeReadIsAnErrorAndNeverTakenForEmpty() throws IOException {
        soundLog();
        Files.delete(log().resolve(STREAM));
        Files.createDirectory(log().resolve(STREAM));
        Diagnosis found = doctor().examine();
        assertThat(found.check("stream-journals").status()).isEqualTo(Status.ERROR);
        Files.delete(log().resolve("manifest"));
        Files.delete(log().resolve("manifest.copy"));
        Files.createDirectory(log().resolve("manifest"));
        found = doctor().examine();
        assertThat(found.check("manifest").status()).isEqualTo(Status.ERROR);
        assertThat(found.check("manifest").message()).contains("manifest");
        assertThat(found.check("order").status()).isEqualTo(Status.SKIPPED);
    }

    @Test
    @Proves({"DOC-3"})
    void aRepairThatWasStoppedAnywhereIsFinishedByTheNext() throws IOException {
        soundLogWithoutCommits();
        byte[] bytes = Files.readAllBytes(log().resolve(STREAM));
        int broken = records(bytes).get(1);
        Arrays.fill(bytes, broken, broken + 4, (byte) 0);
        Files.write(log().resolve(STREAM), bytes);
        Path image = Image.copy(log(), directory.resolve("image"));
        int stops = 0;
        for (TestDisk.Operation operation : TestDisk.Operation.values()) {
            for (int more = 0; ; more++) {
                Image.copy(image, log());
                TestDisk failing = new TestDisk().failAfter(operation, more, "");
                try {
                    Diagnosis whole =
                            Doctor.of(log(), failing, CrashPoints.NONE).fix();
                    assertThat(whole.isClean()).isTrue();
                    break;
                } catch (LogException.Failed stopped) {
                    stops++;
                    Diagnosis after = doctor().fix();
                    assertThat(after.isClean())
                            .as("%s %d: %s", operation, more, after)
                            .isTrue();
                    ChronicleBackend backend = open();
                    assertThat(Script.read(backend, 1, 1, 40)).isEqualTo(script.acknowledged(1));
                    backend.close();
                }
            }
        }
        assertThat(stops).isGreaterThan(5);
    }
}

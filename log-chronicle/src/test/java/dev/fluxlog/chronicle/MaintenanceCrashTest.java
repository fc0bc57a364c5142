package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.CrashPoints.Step;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A child process that halts at each named step of what is done with a log that nobody has open. */
@Proves("TST-3")
class MaintenanceCrashTest {
    private static final String JOURNAL = "streams/01/0000000000000001/19700101seg.cq4";

    @TempDir
    Path directory;

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.MATCH_ANY, names = "INIT_.*")
    void anInitThatHaltsIsFinishedByTheNext(Step step) throws Exception {
        halt(step);
        LogDirectory.Identity made = LogDirectory.of(at("log")).init();
        assertThat(LogDirectory.of(at("log")).init()).isEqualTo(new LogDirectory.Identity(false, made.nodeId()));
        fill(5);
        assertHolds("log", 5);
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.MATCH_ANY, names = "BACKUP_.*")
    @Proves("SYN-14")
    void aBackupThatHaltsLeavesTheOneBeforeOrItself(Step step) throws Exception {
        fill(20);
        Backup.take(at("log"), at("backup"));
        fill(20);
        halt(step);
        restore();
        assertHolds("copy", step == Step.BACKUP_FORGET ? 40 : 20);
        Backup.take(at("log"), at("backup"));
        restore();
        assertHolds("copy", 40);
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.MATCH_ANY, names = "RESTORE_.*")
    @Proves("SYN-14")
    void aRestoreThatHaltsLeavesNothingThatCouldBeTakenForALog(Step step) throws Exception {
        fill(20);
        Backup.take(at("log"), at("backup"));
        halt(step);
        assertThat(at("copy").resolve("manifest")).doesNotExist();
        if (step != Step.RESTORE_JOURNALS) {
            assertThatThrownBy(() -> open("copy").recover()).isInstanceOf(StorageException.class);
        }
        restore();
        assertHolds("copy", 20);
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.MATCH_ANY, names = "REPAIR_.*")
    @Proves("DOC-3")
    void aRepairThatHaltsIsFinishedByTheNext(Step step) throws Exception {
        fill(20);
        byte[] bytes = Files.readAllBytes(at("log").resolve(JOURNAL));
        int event = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(payload(7));
        assertThat(event).isPositive();
        bytes[event] ^= 1;
        Files.write(at("log").resolve(JOURNAL), bytes);
        halt(step);
        Diagnosis mended = Doctor.of(at("log")).fix();
        assertThat(mended.isClean()).as(mended.toString()).isTrue();
        String digest = Image.digest(at("log"));
        assertThat(Doctor.of(at("log")).fix().isClean()).isTrue();
        assertThat(Image.digest(at("log"))).isEqualTo(digest);
        assertHolds("log", 20);
    }

    private void halt(Step step) throws Exception {
        Path errors = directory.resolve("errors");
        Process child = HaltingChild.start(Child.class, errors, directory.toString(), step.name());
        assertThat(child.waitFor())
                .as("the step was reached; %s", Files.readString(errors))
                .isEqualTo(HaltingChild.HALTED);
    }

    private Path at(String name) {
        return directory.resolve(name);
    }

    private ChronicleBackend open(String name) {
        return new ChronicleBackend(at(name), TestLogs.small(), new TestDisk(), CrashPoints.NONE);
    }

    private static String payload(long sequence) {
        return "event number " + sequence + " of the only stream";
    }

    private void fill(int events) {
        ChronicleBackend backend = open("log");
        script.resume(backend.recover());
        if (script.high(1) == 0) {
            script.create(1);
        }
        for (int i = 0; i < events; i++) {
            script.append(1, payload(script.high(1) + 1)).commit(backend);
        }
        backend.close();
    }

    private void restore() throws IOException {
        Image.delete(at("copy"));
        Backup.restore(at("backup"), at("copy"), Backup.Node.SAME);
    }

    private void assertHolds(String name, int events) {
        ChronicleBackend backend = open(name);
        Recovery recovery = backend.recover();
        assertThat(recovery.position()).isEqualTo(events);
        assertThat(Script.read(backend, 1, 1, events))
                .isEqualTo(script.acknowledged(1).subList(0, events));
        backend.close();
    }

    /** Does the one operation that the step belongs to. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            Path log = directory.resolve("log");
            Path backup = directory.resolve("backup");
            Step step = Step.valueOf(arguments[1]);
            CrashPoints halt = HaltingChild.at(step);
            String operation = List.of(step.name().split("_")).get(0);
            switch (operation) {
                case "INIT" -> LogDirectory.of(log, halt).init();
                case "BACKUP" -> Backup.take(log, backup, new LocalDisk(), halt);
                case "RESTORE" ->
                    Backup.restore(backup, directory.resolve("copy"), Backup.Node.SAME, new LocalDisk(), halt);
                case "REPAIR" -> Doctor.of(log, new LocalDisk(), halt).fix();
                default -> throw new IllegalArgumentException(operation);
            }
        }
    }
}

package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged group of the commit journal, with and without what it can be put together from. */
class CommitRepairTest {
    private static final String COMMIT = "commit/0000000000000001.commit";

    @TempDir
    Path directory;

    private final Script script = new Script();
    private Path image;
    private Path copy;
    private List<Integer> groups;

    @BeforeEach
    void image() throws IOException {
        image = directory.resolve("image");
        copy = directory.resolve("copy");
        ChronicleBackend backend = open(image);
        script.resume(backend.recover());
        script.create(1).create(2).commit(backend);
        for (int i = 0; i < 4; i++) {
            script.append(1, "one " + i).append(2, "two " + i).commit(backend);
        }
        backend.abandon();
        groups = Images.groups(image.resolve(COMMIT));
        assertThat(groups).hasSize(5);
    }

    private static ChronicleBackend open(Path log) {
        return new ChronicleBackend(log, TestLogs.small(), new TestDisk(), CrashPoints.NONE);
    }

    private void flip(int at) throws IOException {
        Image.damage(copy.resolve(COMMIT), bytes -> {
            bytes[at] ^= 0x10;
            return bytes;
        });
    }

    private Recovery assertWhole() {
        ChronicleBackend backend = open(copy);
        Recovery recovery = backend.recover();
        for (long stream : script.streams()) {
            assertThat(Script.read(backend, stream, 1, script.high(stream))).isEqualTo(script.acknowledged(stream));
        }
        assertThat(backend.runs(1, script.position(), 100).stream()
                        .mapToInt(run -> run.count())
                        .sum())
                .isEqualTo((int) script.position());
        backend.close();
        return recovery;
    }

    @Test
    @Proves({"STR-32", "STR-33"})
    void aGroupWithAFlippedByteIsPutTogetherAgainWhereverThatIs() throws IOException {
        for (int at = groups.get(2); at < groups.get(3) - CommitRecord.ALIGNMENT; at += 9) {
            Images.copy(image, copy);
            flip(at);
            Recovery recovery = assertWhole();
            assertThat(recovery.repairs())
                    .as("byte %d", at)
                    .anySatisfy(repair -> assertThat(repair).contains("Put group 3 in " + COMMIT, "together again"));
            assertThat(copy.resolve("quarantine/damaged-0000000000000001.commit-" + groups.get(2)))
                    .exists();
        }
    }

    @Test
    @Proves({"STR-32"})
    void aGroupFromBeforeTheCheckpointIsWrittenBackToo() throws IOException {
        Path log = directory.resolve("closed");
        Script many = new Script();
        ChronicleBackend backend = new ChronicleBackend(log, TestLogs.gathering(), new TestDisk(), CrashPoints.NONE);
        backend.recover();
        // More than a close writes out, so that the commit journal has to be read again.
        for (int stream = 1; stream <= 80; stream++) {
            many.create(stream).append(stream, "of " + stream).commit(backend);
        }
        backend.close();
        byte[] whole = Files.readAllBytes(log.resolve(COMMIT));
        int third = Images.groups(log.resolve(COMMIT)).get(2);
        Image.damage(log.resolve(COMMIT), bytes -> {
            bytes[third + 20] ^= 0x10;
            return bytes;
        });
        for (int open = 1; open <= 2; open++) {
            backend = new ChronicleBackend(log, TestLogs.gathering(), new TestDisk(), CrashPoints.NONE);
            Recovery recovery = backend.recover();
            assertThat(Files.readAllBytes(log.resolve(COMMIT))).isEqualTo(whole);
            assertThat(Script.read(backend, 3, 1, 1)).containsExactly("of 3");
            if (open == 1) {
                assertThat(recovery.repairs())
                        .anySatisfy(
                                repair -> assertThat(repair).contains("Put group 3 in " + COMMIT, "together again"));
                assertThat(log.resolve("quarantine/damaged-0000000000000001.commit-" + third))
                        .exists();
            } else {
                assertThat(recovery.repairs()).isEmpty();
            }
            backend.close();
        }
    }

    @Test
    @Proves({"STR-32"})
    void withoutACopyOfTheEventTheLogIsRefusedWithThePlaceAndNothingIsCutOff() throws IOException {
        Images.copy(image, copy);
        Images.delete(copy.resolve("streams"));
        flip(groups.get(2) + CommitRecord.HEADER_BYTES + 20);
        byte[] before = Files.readAllBytes(copy.resolve(COMMIT));
        assertThatThrownBy(() -> open(copy).recover()).isInstanceOfSatisfying(StorageException.class, e -> {
            assertThat(e.kind()).isEqualTo(StorageException.Kind.CORRUPT);
            assertThat(e.file()).isEqualTo(COMMIT);
            assertThat(e.offset()).isEqualTo(groups.get(2).longValue());
            assertThat(e.getMessage()).contains("doctor");
        });
        assertThat(Files.readAllBytes(copy.resolve(COMMIT))).isEqualTo(before);
    }

    @Test
    @Proves({"STR-32"})
    void aChangeToTheCatalogIsNotMadeUp() throws IOException {
        Images.copy(image, copy);
        flip(groups.get(0) + CommitRecord.HEADER_BYTES + 20);
        assertThatThrownBy(() -> open(copy).recover())
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.offset()).isEqualTo(groups.get(0).longValue()));
    }

    @Test
    @Proves({"STR-32"})
    void theLastGroupIsNotBelievedByItsFramesAlone() throws IOException {
        Images.copy(image, copy);
        flip(groups.get(4) + 20);
        assertThatThrownBy(() -> open(copy).recover())
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.offset()).isEqualTo(groups.get(4).longValue()));
    }
}

package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found behind damage, and what only looks as if it were an event. */
class SegmentWalkTest {
    private static final byte[] NONE = {};

    @TempDir
    Path directory;

    private static Frame frame(long sequence, byte[] payload) {
        Frame.Parts parts = new Frame.Parts(
                Frame.FIRST | Frame.LAST, "event".getBytes(StandardCharsets.UTF_8), NONE, NONE, NONE, payload);
        byte[] bytes = new byte[parts.frameBytes()];
        Frame.write(bytes, 0, parts);
        Frame.place(bytes, 0, 1, sequence, sequence, 1_000_000L + sequence);
        return Frame.of(bytes, 0);
    }

    private Medium medium(String name) throws IOException {
        Path root = directory.resolve(name);
        Files.createDirectories(root);
        return new Medium(root.toRealPath(), new LocalDisk(), CrashPoints.NONE);
    }

    /** The only segment of a journal of these frames, each in an excerpt of its own. */
    private Path segment(Medium medium, List<Frame> frames) {
        int largest = StreamJournal.excerptBytesFor(frames);
        try (StreamJournal journal = StreamJournal.open(medium, 1, 1 << 30, largest)) {
            frames.forEach(frame -> journal.append(List.of(frame), file -> {}));
        }
        return SegmentName.file(medium.streamDirectory(1), 0);
    }

    @Test
    @Proves({"STR-32", "STR-13"})
    void aSegmentThatIsStoredAsAnEventIsNotTakenForTheEventsInIt() throws IOException {
        Medium other = medium("other");
        byte[] stored = Files.readAllBytes(segment(
                other,
                IntStream.rangeClosed(1, 20)
                        .mapToObj(i -> frame(i, ("foreign " + i).getBytes(StandardCharsets.UTF_8)))
                        .toList()));
        for (int shift = 0; shift < 4; shift++) {
            Medium medium = medium("log" + shift);
            byte[] payload = new byte[stored.length + shift];
            System.arraycopy(stored, 0, payload, shift, stored.length);
            Path file = segment(medium, List.of(frame(1, payload), frame(2, "own".getBytes(StandardCharsets.UTF_8))));
            byte[] bytes = Files.readAllBytes(file);
            int record;
            try (JournalScan scan = new JournalScan(medium, file, 1)) {
                scan.next();
                record = (int) scan.lastOffset();
            }
            // The word, the head, the table and the head of the frame.
            Arrays.fill(bytes, record, record + 100, (byte) 0);
            Files.write(file, bytes);
            SegmentIndex index = SegmentIndex.of(medium, file, 1);
            assertThat(index.find(1)).as("shifted by %d", shift).isNull();
            assertThat(index.place(1)).isEqualTo(record);
            assertThat(((FrameExcerpt) java.util.Objects.requireNonNull(index.find(2)))
                            .frame(2)
                            .payload())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("own");
            assertThat(index.find(3)).isNull();
        }
    }
}

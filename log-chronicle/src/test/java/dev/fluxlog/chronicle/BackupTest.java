package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class BackupTest {
    @TempDir
    Path directory;

    private Path at(String name) {
        return directory.resolve(name);
    }

    private EventLog open(String name) {
        return open(name, TestLogs.small());
    }

    private EventLog open(String name, ChronicleOptions options) {
        return EventLog.open(
                        new ChronicleBackend(at(name), options, new TestDisk(), CrashPoints.NONE),
                        LogOptions.defaults())
                .blockOptional()
                .orElseThrow();
    }

    private Backup.Report take() {
        return Backup.take(at("log"), at("backup"), new TestDisk());
    }

    private Backup.Report restore(String name) {
        return Backup.restore(at("backup"), at(name), Backup.Node.SAME, new TestDisk());
    }

    private static <T> T now(Mono<T> work) {
        return work.blockOptional().orElseThrow();
    }

    private static AppendResult append(EventLog log, String stream, String text) {
        return now(log.stream(stream).append(NewEvent.text(text)));
    }

    /** Marks of all streams and every event that can be read, with its position. */
    private static List<Object> content(EventLog log) {
        List<Object> all = new ArrayList<>();
        for (StreamInfo info : now(log.streams(StreamsQuery.all()).collectList())) {
            all.add(info);
            all.addAll(now(log.stream(info.name())
                    .read(ReadOptions.forward(From.start()))
                    .collectList()));
        }
        return all;
    }

    /** Every kind of state that a stream can be in. */
    private static void fill(EventLog log) {
        for (int i = 0; i < 30; i++) {
            append(log, "plain", "p" + i);
            append(log, "trimmed", "t".repeat(500) + i);
            append(log, "gone", "g" + i);
        }
        now(log.stream("trimmed").trim(20));
        now(log.stream("keyed")
                .append(List.of(NewEvent.text("k")), AppendOptions.defaults().withIdempotencyKey("1")));
        append(log, "over", "last");
        now(log.stream("over").seal());
        log.stream("gone").delete().block();
        append(log, "plain", "é".repeat(70_000));
    }

    @Test
    @Proves({"SYN-14", "SYN-15"})
    void aRestoredLogHasTheContentTheMarksAndTheNumbersOfTheOther() {
        EventLog log = open("log");
        fill(log);
        Backup.Report taken = take();
        assertThat(taken.position()).isEqualTo(log.status().position());
        List<Object> expected = content(log);
        append(log, "plain", "after the backup");
        log.close().block();
        assertThat(restore("copy").position()).isEqualTo(taken.position());
        Diagnosis diagnosis = Doctor.of(at("copy")).examine();
        assertThat(diagnosis.isClean()).as(diagnosis.toString()).isTrue();
        assertThat(LogDirectory.of(at("copy")).init())
                .isEqualTo(LogDirectory.of(at("log")).init());
        EventLog copy = open("copy");
        assertThat(content(copy)).isEqualTo(expected);
        assertThat(append(copy, "gone", "numbers go on").first()).isEqualTo(31);
        AppendResult repeated = now(copy.stream("keyed")
                .append(List.of(NewEvent.text("k")), AppendOptions.defaults().withIdempotencyKey("1")));
        assertThat(repeated.replayed()).isTrue();
        assertThatThrownBy(() -> copy.stream("plain").subscribe(From.after(32)).blockFirst())
                .isInstanceOf(LogException.Ahead.class);
        copy.close().block();
        EventLog again = open("copy");
        assertThat(now(again.stream("gone")
                        .read(ReadOptions.forward(From.start()))
                        .collectList()))
                .hasSize(1);
        again.close().block();
    }

    @Test
    @Proves({"SYN-14"})
    void aBackupUnderLoadHoldsExactlyTheCommitsUpToOnePosition() throws Exception {
        // Small files, so that checkpoints and trims take some away all the time.
        EventLog log =
                open("log", TestLogs.small().withStreamSegmentBytes(64 << 10).withCommitJournal(64 << 10, 128 << 10));
        AtomicBoolean enough = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Long> writer = CompletableFuture.supplyAsync(() -> {
            long i = 0;
            while (!enough.get() || i < 500) {
                AppendResult done = append(log, "s" + i % 7, "event ".repeat(300) + i);
                i++;
                if (i == 200) {
                    begun.countDown();
                }
                if (i % 50 == 0) {
                    log.stream(done.stream()).trim(Math.max(1, done.last() - 5)).block();
                }
            }
            return log.status().position();
        });
        begun.await();
        List<Backup.Report> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(take());
        }
        enough.set(true);
        long written = writer.get();
        log.close().block();
        long position = taken.get(3).position();
        assertThat(position).isBetween(taken.get(0).position(), written);
        assertThat(taken.get(0).position()).isGreaterThanOrEqualTo(200);
        assertThat(taken).allMatch(report -> report.lost().isEmpty());
        restore("copy");
        EventLog original = open("log");
        EventLog copy = open("copy");
        assertThat(copy.status().position()).isEqualTo(position);
        for (Object entry : content(original)) {
            if (entry instanceof Event event && event.position() <= position) {
                assertThat(now(copy.stream(event.stream())
                                .read(ReadOptions.forward(From.after(event.sequence() - 1))
                                        .withLimit(1))
                                .collectList()))
                        .containsExactly(event);
            }
        }
        assertThat(now(copy.subscribe(Selection.all(), From.last(20)).take(20).collectList()))
                .extracting(Event::position)
                .endsWith(position);
        original.close().block();
        copy.close().block();
        assertThat(Doctor.of(at("copy")).examine().isClean()).isTrue();
    }

    @Test
    @Proves({"SYN-14"})
    void aTrimInTheMiddleOfABackupIsNotTakenForALoss() {
        EventLog filled = open("log", TestLogs.small().withStreamSegmentBytes(64 << 10));
        for (int i = 0; i < 200; i++) {
            append(filled, "orders", "order ".repeat(200) + i);
        }
        filled.close().block();
        EventLog log = open("log");
        Path segment = at("log").resolve("streams/01/0000000000000001/19700101seg.cq4");
        Disk trimming = whenOpened(segment, () -> {
            now(log.stream("orders").trim(150));
            Files.delete(segment);
        });
        Backup.Report report = Backup.take(at("log"), at("backup"), trimming);
        assertThat(report.lost()).isEmpty();
        log.close().block();
        restore("copy");
        EventLog copy = open("copy");
        assertThat(now(copy.stream("orders").info()).lowWaterMark()).isEqualTo(151);
        copy.close().block();
    }

    @Test
    @Proves({"SYN-14"})
    void aGroupThatNobodyWasToldOfIsNotInTheBackup() throws IOException {
        Script script = new Script();
        ChronicleBackend backend = new ChronicleBackend(at("log"), TestLogs.small(), new TestDisk(), CrashPoints.NONE);
        backend.recover();
        script.create(1).append(1, "one", "two").commit(backend);
        Path note = at("log").resolve("commit/acknowledged");
        byte[] before = Files.readAllBytes(note);
        script.append(1, "written, perhaps not forced yet").commit(backend);
        backend.abandon();
        Files.write(note, before);
        assertThat(take().position()).isEqualTo(2);
        restore("copy");
        EventLog copy = open("copy");
        assertThat(now(copy.stream("stream-1").info()).highWaterMark()).isEqualTo(2);
        copy.close().block();
    }

    private interface Action {
        void run() throws IOException;
    }

    /** A disk on which something happens right before a file is opened for the first time. */
    private static Disk whenOpened(Path file, Action action) {
        Disk disk = new TestDisk();
        AtomicBoolean happened = new AtomicBoolean();
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("openToRead")
                    && arguments[0].toString().endsWith(String.valueOf(file.getFileName()))
                    && arguments[0].toString().contains("/01/")
                    && happened.compareAndSet(false, true)) {
                action.run();
            }
            try {
                return method.invoke(disk, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, handler);
    }

    @Test
    @Proves({"SYN-14"})
    void aSecondRunAddsOnlyWhatHasCome() {
        EventLog log = open("log");
        fill(log);
        assertThat(take().events()).isEqualTo(93);
        assertThat(take().events()).isZero();
        append(log, "plain", "one");
        append(log, "new", "two");
        log.close().block();
        assertThat(take().events()).isEqualTo(2);
        EventLog reopened = open("log");
        now(reopened.stream("plain").trim(5));
        append(reopened, "gone", "again");
        List<Object> expected = content(reopened);
        assertThat(take().events()).isEqualTo(1);
        reopened.close().block();
        restore("copy");
        EventLog copy = open("copy");
        assertThat(content(copy)).isEqualTo(expected);
        copy.close().block();
        assertThat(Doctor.of(at("copy")).examine().isClean()).isTrue();
    }

    @Test
    @Proves({"SYN-15"})
    void aDamagedOrPartialBackupAndATargetThatIsNotEmptyAreRefused() throws IOException {
        EventLog log = open("log");
        fill(log);
        log.close().block();
        take();
        Path whole = Image.copy(at("backup"), at("whole"));
        for (Path file : new LocalDisk().list(whole)) {
            Path damaged = at("backup").resolve(String.valueOf(file.getFileName()));
            int bytes = (int) Files.size(file);
            for (int offset : new int[] {0, bytes / 2, bytes - 1}) {
                Image.copy(whole, at("backup"));
                Image.damage(damaged, content -> {
                    content[offset] ^= 4;
                    return content;
                });
                assertThatThrownBy(() -> restore("copy"))
                        .as("%s at %d", file, offset)
                        .isInstanceOf(LogException.Corrupt.class);
                assertThat(at("copy")).doesNotExist();
            }
            Image.copy(whole, at("backup"));
            Files.delete(damaged);
            assertThatThrownBy(() -> restore("copy"))
                    .isInstanceOfAny(LogException.Corrupt.class, LogException.Failed.class);
            assertThat(at("copy")).doesNotExist();
        }
        Image.copy(whole, at("backup"));
        Files.createDirectories(at("copy"));
        Files.writeString(at("copy").resolve("something"), "else");
        assertThatThrownBy(() -> restore("copy")).isInstanceOf(LogException.Failed.class);
        assertThatThrownBy(() -> Backup.take(at("log"), at("copy"))).isInstanceOf(LogException.Failed.class);
        assertThatThrownBy(() -> Backup.take(at("copy"), at("other"))).isInstanceOf(LogException.Failed.class);
        open("another").close().block();
        assertThatThrownBy(() -> Backup.take(at("another"), at("backup")))
                .isInstanceOf(LogException.Failed.class)
                .hasStackTraceContaining("the backup is of log");
    }

    @Test
    @Proves({"SYN-14"})
    void aRunThatWasStoppedLeavesTheBackupBeforeOrNone() throws IOException {
        EventLog log = open("log");
        fill(log);
        log.close().block();
        int stops = 0;
        for (int before = 0; before < 2; before++) {
            Image.delete(at("first"));
            if (before == 1) {
                take();
                Image.copy(at("backup"), at("first"));
                EventLog more = open("log");
                append(more, "plain", "more");
                more.close().block();
            }
            for (TestDisk.Operation operation : TestDisk.Operation.values()) {
                for (int after = 0; ; after++) {
                    Image.delete(at("backup"));
                    if (before == 1) {
                        Image.copy(at("first"), at("backup"));
                    }
                    try {
                        Backup.take(at("log"), at("backup"), new TestDisk().failAfter(operation, after, ""));
                        break;
                    } catch (LogException.Failed stopped) {
                        stops++;
                        boolean complete = Files.exists(at("backup").resolve("BACKUP"));
                        assertThat(complete || before == 0).isTrue();
                        if (complete) {
                            Image.delete(at("copy"));
                            restore("copy");
                        } else {
                            assertThatThrownBy(() -> restore("copy")).isInstanceOf(LogException.Failed.class);
                        }
                        take();
                        Image.delete(at("copy"));
                        restore("copy");
                        Image.delete(at("copy"));
                    }
                }
            }
        }
        assertThat(stops).isGreaterThan(10);
    }

    @Test
    @Proves({"SYN-16"})
    void aDamagedEventIsNotPassedOnAndWholeStreamsAre() throws IOException {
        EventLog log = open("log");
        fill(log);
        log.close().block();
        Path segment;
        try (var files = Files.walk(at("log").resolve("streams/02"))) {
            segment = files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        Image.damage(segment, bytes -> {
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("t".repeat(500) + "25");
            bytes[at + 3] ^= 1;
            return bytes;
        });
        assertThat(take().lost()).containsExactly(new Backup.Lost("trimmed", 26, 30));
        assertThat(restore("copy").lost()).containsExactly(new Backup.Lost("trimmed", 26, 30));
        EventLog copy = open("copy");
        assertThat(now(copy.stream("plain")
                        .read(ReadOptions.forward(From.start()))
                        .collectList()))
                .hasSize(31);
        assertThatThrownBy(() -> copy.stream("trimmed")
                        .read(ReadOptions.forward(From.start()))
                        .collectList()
                        .block())
                .isInstanceOfSatisfying(
                        LogException.Corrupt.class,
                        e -> assertThat(e.lostThrough()).isEqualTo(30));
        assertThat(append(copy, "trimmed", "numbers go on").first()).isEqualTo(31);
        copy.close().block();
        assertThat(Doctor.of(at("copy")).examine().isClean()).isTrue();
        Doctor.of(at("log")).fix();
        assertThat(take().lost()).isEmpty();
        Image.delete(at("copy"));
        restore("copy");
        assertThat(Doctor.of(at("copy")).examine().isClean()).isTrue();
    }

    @Test
    @Proves({"SYN-15"})
    void numbersThatWereLostForGoodStayLostInTheCopy() throws IOException {
        Script script = new Script();
        ChronicleOptions options = TestLogs.smallInProcess();
        ChronicleBackend backend = new ChronicleBackend(at("log"), options, new TestDisk(), CrashPoints.NONE);
        backend.recover();
        script.create(1).append(1, "one", "two", "three").commit(backend);
        script.append(1, "four", "five").commit(backend);
        backend.abandon();
        Path segment = at("log").resolve("commit/0000000000000001.commit");
        Image.damage(segment, bytes -> {
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("XGRP", CommitSegment.HEADER_BYTES + 1);
            java.util.Arrays.fill(bytes, at, bytes.length, (byte) 0);
            return bytes;
        });
        assertThat(Doctor.of(at("log")).examine().check("acknowledged").status())
                .isEqualTo(Diagnosis.Status.WARN);
        assertThat(Doctor.of(at("log")).fix().isClean()).isTrue();
        assertThat(take().position()).isEqualTo(5);
        restore("copy");
        assertThat(Doctor.of(at("copy")).examine().isClean()).isTrue();
        EventLog log = open("log");
        long highWaterMark = now(log.stream("stream-1").info()).highWaterMark();
        log.close().block();
        EventLog copy = open("copy");
        assertThat(now(copy.stream("stream-1").info()).highWaterMark()).isEqualTo(highWaterMark);
        assertThat(copy.status().position()).isEqualTo(5);
        copy.close().block();
    }

    @Test
    void aCopyThatRunsBesideTheOtherGetsAnIdentityOfItsOwn() {
        EventLog log = open("log");
        fill(log);
        log.close().block();
        take();
        Backup.restore(at("backup"), at("copy"), Backup.Node.NEW, new TestDisk());
        assertThat(LogDirectory.of(at("copy")).init().nodeId())
                .isNotEqualTo(LogDirectory.of(at("log")).init().nodeId());
        EventLog copy = open("copy");
        assertThat(append(copy, "plain", "goes on").first()).isEqualTo(32);
        copy.close().block();
        EventLog again = open("copy");
        again.close().block();
    }
}

package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rein.audit.verify.LogVerifier;
import rein.audit.verify.ProofCheck;
import rein.audit.verify.Trust;
import rein.audit.verify.Verification;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

class AuditLogTest {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void manyThreadsAppendAndEveryRecordIsFoundVerifiedAndNumbered(Durability durability)
            throws Exception {
        int threads = 8;
        long each = 150;
        List<Entry> entries = new ArrayList<>();
        SimulatedTime time = new SimulatedTime();
        try (AuditLog log =
                        AuditLog.open(
                                Logs.settings(folder, durability),
                                new RealFiles(),
                                Optional.empty(),
                                time,
                                time,
                                new SecureRandom());
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<List<Entry>>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long run = thread / 2; // two threads share a run
                work.add(() -> {
                    List<Entry> mine = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        mine.add(log.append(Logs.exec(run, i)));
                    }
                    return mine;
                });
            }
            for (Future<List<Entry>> done : pool.invokeAll(work)) {
                entries.addAll(done.get());
            }
            Checkpoint checkpoint = log.checkpoint();
            assertThat(checkpoint.size()).isEqualTo(threads * each + 1);
            for (Entry entry : entries.subList(0, 300)) {
                long index = entry.address().index();
                StoredRecord stored = log.reader().at(index).orElseThrow();
                assertThat(stored.id()).contains(entry.stamp().id());
                assertThat(stored.number("run-seq")).hasValue(entry.stamp().runSequence());
                if (index % 50 == 0) {
                    assertThat(
                                    ProofCheck.inclusion(
                                            ProofCheck.leafHash(stored.bytes()),
                                            index,
                                            checkpoint.size(),
                                            log.proofs().inclusion(index, checkpoint.size()),
                                            log.proofs().root(checkpoint.size())))
                            .isTrue();
                }
            }
        }
        assertThat(entries.stream().map(entry -> entry.address().index()).sorted().toList())
                .isEqualTo(LongStream.rangeClosed(1, threads * each).boxed().toList());
        Verification checked = LogVerifier.verify(Logs.log(folder), Trust.nothing());
        assertThat(checked.failures()).isEmpty();
        assertThat(checked.size()).isEqualTo(threads * each + 1);
        assertThat(checked.notYetSigned()).isZero();
    }

    @Test
    void reopeningGoesOnAndCountsOn() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            for (int i = 0; i < 600; i++) {
                log.append(Logs.exec(i % 3, i));
            }
        }
        try (AuditLog log = Logs.open(folder)) {
            StoredRecord opened = log.reader().at(601).orElseThrow();
            assertThat(opened.kind()).isEqualTo("log-opened");
            assertThat(opened.texts("detail"))
                    .containsEntry("reopened", "true")
                    .containsEntry("clean-end", "true")
                    .containsEntry("key-id", log.key().keyId());
            assertThat(opened.numbers("sizes")).containsEntry("torn-bytes", 0L);
            // About a run, but not of it: must not be taken for its last record.
            log.append(
                    Draft.of(Kind.STOP_ORDERED)
                            .detail("run", Logs.exec(1, 0).run().orElseThrow().id().toString())
                            .build());
            assertThat(log.append(Logs.exec(1, 0)).stamp().runSequence()).isEqualTo(201);
            assertThat(log.append(Logs.exec(9, 0)).stamp().runSequence()).isEqualTo(1);
        }
        assertThat(LogVerifier.verify(Logs.log(folder), Trust.nothing()).failures()).isEmpty();
    }

    @Test
    void theFirstRecordSaysWhoWritesAndWithWhichKey() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            StoredRecord first = log.reader().at(0).orElseThrow();
            assertThat(first.kind()).isEqualTo("log-opened");
            assertThat(first.text("log")).contains(Logs.ORIGIN);
            assertThat(first.texts("detail"))
                    .containsEntry("verifier-key", log.key().verifierKey())
                    .doesNotContainKey("reopened");
        }
        assertThat(Files.getPosixFilePermissions(folder.resolve("keys/log.key"))).hasSize(2);
    }

    @Test
    void oneFolderHasOneWriterAndTwoFoldersTwoLogs() throws Exception {
        try (AuditLog log = Logs.open(folder.resolve("a"));
                AuditLog other = Logs.open(folder.resolve("b"))) {
            assertThatThrownBy(() -> Logs.open(folder.resolve("a")))
                    .isInstanceOfSatisfying(
                            AuditException.class,
                            e -> assertThat(e.code()).isEqualTo(AuditException.Code.TAKEN));
            log.append(Logs.stop(1));
            assertThat(other.append(Logs.stop(2)).address().index()).isEqualTo(1);
            assertThat(other.key().keyId()).isNotEqualTo(log.key().keyId());
        }
        Path keyOfA = folder.resolve("a/keys/log.key");
        Files.delete(keyOfA);
        assertThatThrownBy(() -> Logs.open(folder.resolve("a")))
                .hasMessageContaining("is missing, and the log has records already");
        Files.copy(folder.resolve("b/keys/log.key"), keyOfA);
        assertThatThrownBy(() -> Logs.open(folder.resolve("a")))
                .hasMessageContaining("was not signed with the key");
    }

    @Test
    void recordsAreReadOldestAndNewestFirstWithAFilter() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            for (int i = 1; i <= 700; i++) {
                log.append(i % 100 == 0 ? Logs.stop(i) : Logs.exec(1, i));
            }
            LogReader reader = log.reader();
            assertThat(reader.size()).isEqualTo(701);
            LogReader.Page stops =
                    reader.newestFirst(Long.MAX_VALUE, 3, one -> one.kind().equals("stop-ordered"));
            assertThat(indexes(stops)).containsExactly(700L, 600L, 500L);
            LogReader.Page more =
                    reader.newestFirst(stops.next(), 10, one -> one.kind().equals("stop-ordered"));
            assertThat(indexes(more)).containsExactly(400L, 300L, 200L, 100L);
            assertThat(more.end()).isTrue();
            LogReader.Page old = reader.oldestFirst(250, 20, one -> true);
            assertThat(indexes(old)).isEqualTo(LongStream.range(250, 270).boxed().toList());
            LogReader.Page tail = reader.oldestFirst(695, 100, one -> true);
            assertThat(tail.end()).isTrue();
            assertThat(tail.next()).isEqualTo(701);
            log.append(Logs.stop(0));
            assertThat(indexes(reader.oldestFirst(tail.next(), 100, one -> true)))
                    .containsExactly(701L);
            assertThat(reader.at(5_000)).isEmpty();
        }
    }

    @Test
    void aClosedLogRefuses() throws Exception {
        AuditLog log = Logs.open(folder);
        Subscription subscription = log.subscribe(10);
        log.close();
        assertThatThrownBy(() -> log.append(Logs.stop(1)))
                .isInstanceOfSatisfying(
                        RecordRefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(RecordRefusedException.Code.BROKEN));
        assertThat(subscription.next(1_000)).contains(new Delivery.Ended());
    }

    @Test
    void whatIsTooLargeIsRefusedAndLeavesNoGap() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            log.append(Logs.exec(1, 1));
            Draft large =
                    Draft.of(Kind.EXEC)
                            .run(Logs.exec(1, 0).run().orElseThrow())
                            .detail("path", "x".repeat(RecordJson.RECORD_BYTES_MAX))
                            .build();
            assertThatThrownBy(() -> log.append(large))
                    .isInstanceOfSatisfying(
                            RecordRefusedException.class,
                            e ->
                                    assertThat(e.code())
                                            .isEqualTo(RecordRefusedException.Code.TOO_LARGE))
                    .hasMessageContaining("Put free text into the content");
            Entry next = log.append(Logs.exec(1, 2));
            assertThat(next.stamp().runSequence()).isEqualTo(2);
            assertThat(next.address().index()).isEqualTo(2);
        }
        assertThat(LogVerifier.verify(Logs.log(folder), Trust.nothing()).failures()).isEmpty();
    }

    @Test
    void segmentsAreDeletedWhenTheirRecordsAreInBundles() throws Exception {
        // Records of nearly 16 KiB fill a segment of 32 MiB quickly.
        Draft large = Draft.of(Kind.NODE_STARTED).detail("note", "x".repeat(15_800)).build();
        NavigableSet<Long> segments;
        try (AuditLog log = Logs.open(folder)) {
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Entry>> work =
                        IntStream.range(0, 2_600)
                                .mapToObj(i -> (Callable<Entry>) () -> log.append(large))
                                .toList();
                for (Future<Entry> done : pool.invokeAll(work)) {
                    done.get();
                }
            }
            log.checkpoint();
            segments = Segments.list(Logs.log(folder));
        }
        assertThat(segments).hasSize(1);
        assertThat(segments.first())
                .isGreaterThan(2_000)
                .satisfies(i -> assertThat(i % 256).isZero());
        assertThat(LogVerifier.verify(Logs.log(folder), Trust.nothing()).failures()).isEmpty();
        try (AuditLog log = Logs.open(folder)) {
            assertThat(log.append(Logs.stop(1)).address().index()).isEqualTo(2_602);
            log.checkpoint();
        }
        Verification checked = LogVerifier.verify(Logs.log(folder), Trust.nothing());
        assertThat(checked.failures()).isEmpty();
        assertThat(checked.size()).isEqualTo(2_603);
    }

    @Test
    void healthSaysHowFullItIs() throws Exception {
        try (AuditLog log = Logs.open(folder)) {
            log.append(Logs.stop(1));
            LogHealth health = log.health();
            assertThat(health.state()).isIn(LogHealth.State.FINE, LogHealth.State.WARN);
            assertThat(health.size()).isEqualTo(2);
            assertThat(health.reserveReadyBytes()).isEqualTo(Logs.RESERVE_BYTES);
        }
    }

    private static List<Long> indexes(LogReader.Page page) {
        return page.records().stream().map(record -> record.address().index()).toList();
    }
}

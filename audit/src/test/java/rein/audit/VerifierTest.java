package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.audit.verify.Failure;
import rein.audit.verify.LogVerifier;
import rein.audit.verify.Trust;
import rein.audit.verify.Verification;

/** What the independent reader finds in logs of the real writer that somebody changed. */
class VerifierTest {
    private static final int RECORDS = 600;
    @TempDir Path folder;
    private Path log;
    private Checkpoint early;
    private String verifierKey;

    @BeforeEach
    void write() throws Exception {
        log = Logs.log(folder);
        try (AuditLog open = Logs.open(folder)) {
            for (int i = 1; i < 400; i++) {
                open.append(Logs.exec(i % 2, i));
            }
            early = open.checkpoint();
            for (int i = 400; i < RECORDS; i++) {
                open.append(Logs.exec(i % 2, i));
            }
            verifierKey = open.key().verifierKey();
        }
    }

    @Test
    void withoutACheckpointFromOutsideItSaysSo() {
        Verification checked = LogVerifier.verify(log, Trust.nothing());
        assertThat(checked.sound()).isTrue();
        assertThat(checked.sentence())
                .isEqualTo(
                        "test.example/node-1: 600 records, 0 not yet signed; internally"
                                + " consistent; rewriting by the key holder is not excluded.");
        assertThat(checked.trusted()).contains("the key that the log itself declares");
        assertThat(checked.notChecked()).hasSize(3);
    }

    @Test
    void withACheckpointFromOutsideItSaysWhatThatProves() {
        Verification checked =
                LogVerifier.verify(
                        log, Trust.checkpointAndKey(early.note(), verifierKey, "the witness"));
        assertThat(checked.failures()).isEmpty();
        assertThat(checked.outsideSize()).hasValue(400);
        assertThat(checked.sentence())
                .contains(
                        "the first 400 are the ones of the checkpoint over 400 records from the"
                                + " witness");
    }

    @Test
    void aFlippedBitIsFoundInEveryKindOfFileAndLocated() throws Exception {
        Path copy = folder.resolve("copy");
        for (String name :
                List.of(
                        "checkpoint",
                        "tile/0/000",
                        "tile/0/001",
                        "tile/0/002.p/88",
                        "tile/1/000.p/2",
                        "tile/entries/000",
                        "tile/entries/001",
                        "tile/entries/002.p/88")) {
            for (int at = 0; at < 6; at++) {
                copy(log, copy);
                Path file = copy.resolve(name);
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length * at / 6] ^= 4;
                Files.write(file, bytes);
                Verification checked = LogVerifier.verify(copy, Trust.nothing());
                assertThat(checked.sound()).as("%s, part %d", name, at).isFalse();
                assertThat(checked.failures())
                        .extracting(Failure::toString)
                        .anyMatch(text -> text.contains(name));
            }
        }
        copy(log, copy);
        Path bundle = copy.resolve("tile/entries/001");
        byte[] bytes = Files.readAllBytes(bundle);
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\"pid\":\"300\"") + 7;
        bytes[at] = '4';
        Files.write(bundle, bytes);
        Verification checked = LogVerifier.verify(copy, Trust.nothing());
        assertThat(checked.failures().getFirst().where())
                .startsWith("tile/entries/001 entry 300 byte ");
        assertThat(checked.sentence()).startsWith("Not sound: ");
    }

    @Test
    void aLogThatItsKeyHolderRewroteAgreesWithItselfAndNotWithTheOutside() throws Exception {
        Path other = folder.resolve("other");
        Files.createDirectories(other.resolve("keys"));
        Files.copy(folder.resolve("keys/log.key"), other.resolve("keys/log.key"));
        try (AuditLog open = Logs.open(other)) {
            for (int i = 1; i < RECORDS; i++) {
                open.append(Logs.exec(i % 2, i == 123 ? 0 : i));
            }
        }
        Path rewritten = Logs.log(other);
        assertThat(LogVerifier.verify(rewritten, Trust.key(verifierKey, "the person")).sound())
                .isTrue();
        Verification checked =
                LogVerifier.verify(
                        rewritten,
                        Trust.checkpointAndKey(early.note(), verifierKey, "the witness"));
        assertThat(checked.failures())
                .singleElement()
                .satisfies(one -> assertThat(one.what()).contains("the log was rewritten"));
    }

    @Test
    void aLogThatWasCutBackIsFoundByTheOutside() throws Exception {
        Checkpoint late;
        try (AuditLog open = Logs.open(folder)) {
            late = open.checkpoint();
        }
        Path other = folder.resolve("other");
        Files.createDirectories(other.resolve("keys"));
        Files.copy(folder.resolve("keys/log.key"), other.resolve("keys/log.key"));
        try (AuditLog open = Logs.open(other)) {
            open.append(Logs.exec(1, 1));
        }
        assertThat(
                        LogVerifier.verify(
                                        Logs.log(other), Trust.checkpoint(late.note(), "the mail"))
                                .failures())
                .singleElement()
                .satisfies(one -> assertThat(one.what()).contains("records were cut off"));
    }

    @Test
    void aKeyThatIsNotTheLogsIsNoticed() throws Exception {
        String foreign;
        try (AuditLog open = Logs.open(folder.resolve("foreign"))) {
            foreign = open.key().verifierKey();
        }
        Verification checked = LogVerifier.verify(log, Trust.key(foreign, "the wrong person"));
        assertThat(checked.failures())
                .extracting(Failure::what)
                .anyMatch(what -> what.contains("is not signed with the key"))
                .anyMatch(what -> what.contains("the log declares the key"));
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Files.delete(log.resolve("tile/entries/001"));
        assertThat(LogVerifier.verify(log, Trust.nothing()).failures())
                .contains(new Failure("tile/entries/001", "the file is missing"));
        Files.delete(log.resolve("checkpoint"));
        assertThat(LogVerifier.verify(log, Trust.nothing()).failures())
                .contains(new Failure("checkpoint", "there is no checkpoint"));
    }

    @Test
    void recordsBehindTheCheckpointAreCheckedAndCounted() throws Exception {
        byte[] checkpoint = Files.readAllBytes(log.resolve("checkpoint"));
        try (AuditLog open = Logs.open(folder)) {
            for (int i = 0; i < 20; i++) {
                open.append(Logs.exec(1, i));
            }
        }
        Files.write(log.resolve("checkpoint"), checkpoint);
        Verification checked = LogVerifier.verify(log, Trust.nothing());
        assertThat(checked.failures()).isEmpty();
        assertThat(checked.size()).isEqualTo(RECORDS);
        assertThat(checked.notYetSigned()).isEqualTo(21);
        Path segment = Segments.path(log, 0);
        byte[] bytes = Files.readAllBytes(segment);
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        bytes[text.lastIndexOf("\"pid\":\"7\"") + 7] = '9';
        Files.write(segment, bytes);
        assertThat(LogVerifier.verify(log, Trust.nothing()).failures())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.where()).startsWith("pending/00000000000000000000 entry");
                    assertThat(one.what()).contains("others follow it");
                });
    }

    @Test
    void aGapInTheNumbersOfARunIsFound() throws Exception {
        // A writer that leaves a record out before it signs: only the numbers tell.
        Path other = folder.resolve("other");
        LogKey key =
                LogKey.at(
                        folder.resolve("keys/log.key"),
                        Logs.ORIGIN,
                        false,
                        new RealFiles(),
                        new SecureRandom());
        java.util.List<byte[]> records = new java.util.ArrayList<>();
        Entries entries = new Entries(log, new RealFiles());
        records.addAll(entries.bundle(0).subList(0, 101));
        records.remove(77);
        TreeHash hash = new TreeHash();
        Frontier frontier = new Frontier(hash);
        java.io.ByteArrayOutputStream bundle = new java.io.ByteArrayOutputStream();
        for (byte[] record : records) {
            frontier.add(hash.leaf(record), (level, number, hashes) -> {});
            bundle.write(record.length >> 8);
            bundle.write(record.length);
            bundle.writeBytes(record);
        }
        RealFiles files = new RealFiles();
        frontier.partials((level, number, hashes) ->
                files.replace(
                        TilePath.partial(TilePath.tile(other, level, number), 100), hashes, false));
        files.replace(
                TilePath.partial(TilePath.bundle(other, 0), 100), bundle.toByteArray(), false);
        files.replace(
                other.resolve("checkpoint"),
                Checkpoint.sign(Logs.ORIGIN, 100, frontier.root(), key)
                        .note()
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                false);
        assertThat(LogVerifier.verify(other, Trust.nothing()).failures())
                .singleElement()
                .satisfies(one -> assertThat(one.what()).contains("stands where record"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}

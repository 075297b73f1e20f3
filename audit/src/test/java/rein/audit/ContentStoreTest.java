package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.audit.verify.LogVerifier;
import rein.audit.verify.Trust;
import rein.testkit.Samples;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

class ContentStoreTest {
    private static final String CARD = "card 4111 1111 1111 1111";
    @TempDir Path folder;
    private final FaultyFiles files = new FaultyFiles();

    @Test
    void contentIsReadBackAndNothingOfItIsInTheFolder() throws Exception {
        String ref;
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            Entry entry = log.append(spoken(CARD));
            ref = entry.stamp().contentRef().orElseThrow();
            assertThat(entry.draft().content()).containsEntry("argv", CARD);
            assertThat(log.reader().at(1).orElseThrow().contentRef()).contains(ref);
            assertThat(store.read(ref)).containsExactly(Map.entry("argv", CARD));
            assertThat(log.append(spoken(CARD)).stamp().contentRef()).contains(ref);
            assertThat(log.append(spoken("other")).stamp().contentRef())
                    .isNotEqualTo(Optional.of(ref));
        }
        assertThat(anywhere("4111")).isFalse();
        try (ContentStore store = store()) {
            assertThat(store.read(ref)).containsEntry("argv", CARD);
        }
    }

    @Test
    void shreddedContentIsGoneAndTheLogStaysSound() throws Exception {
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            String ref = log.append(spoken(CARD)).stamp().contentRef().orElseThrow();
            assertThat(store.shred("alice")).isTrue();
            assertThat(store.shred("alice")).isFalse();
            assertCode(() -> store.read(ref), AuditException.Code.SHREDDED);
            String again = log.append(spoken(CARD)).stamp().contentRef().orElseThrow();
            assertThat(again.split("/", -1)[2]).isNotEqualTo(ref.split("/", -1)[2]);
            assertThat(store.read(again)).containsEntry("argv", CARD);
        }
        try (ContentStore store = store()) {
            assertThat(store.placement().outside()).isTrue();
        }
        assertThat(LogVerifier.verify(Logs.log(folder), Trust.nothing()).failures()).isEmpty();
    }

    @Test
    void alteredContentDoesNotOpen() throws Exception {
        String ref;
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            ref = log.append(spoken(CARD)).stamp().contentRef().orElseThrow();
        }
        Path segment = folder.resolve("data/content").resolve(ref.substring(0, 25));
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length - 20] ^= 1;
        Files.write(segment, bytes);
        try (ContentStore store = store()) {
            assertCode(() -> store.read(ref), AuditException.Code.DAMAGED);
            assertCode(() -> store.read("0/0/0"), AuditException.Code.UNKNOWN);
            assertCode(
                    () -> store.read(ref.substring(0, 26) + "0".repeat(64)),
                    AuditException.Code.UNKNOWN);
        }
    }

    @Test
    void whatIsTooLongIsCutAndTheRecordSaysSo() throws Exception {
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            String text = "é".repeat(ContentStore.CONTENT_BYTES_MAX);
            Entry entry = log.append(spoken(text));
            String kept =
                    store.read(entry.stamp().contentRef().orElseThrow()).getOrDefault("argv", "");
            assertThat(text).startsWith(kept);
            long keptBytes = kept.getBytes(StandardCharsets.UTF_8).length;
            assertThat(keptBytes).isBetween(65_000L, 65_536L);
            assertThat(log.reader().at(1).orElseThrow().numbers("sizes"))
                    .containsEntry("truncated", 2L * text.length() - keptBytes);
        }
    }

    @Test
    void aStopIsRecordedEvenWhenItsContentCannotBeKept() throws Exception {
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            log.append(spoken("first"));
            files.roomBytes.set(0);
            assertThatThrownBy(() -> log.append(spoken("second")))
                    .isInstanceOfSatisfying(
                            RecordRefusedException.class,
                            e ->
                                    assertThat(e.code())
                                            .isEqualTo(RecordRefusedException.Code.DISK_FULL));
            Entry stop =
                    log.append(
                            Draft.of(Kind.STOP_ORDERED)
                                    .person("bob")
                                    .content("reason", "it digs")
                                    .build());
            assertThat(stop.stamp().contentRef()).isEmpty();
            assertThat(log.reader().at(2).orElseThrow().numbers("sizes"))
                    .containsEntry("content-lost-bytes", 13L);
        }
    }

    @Test
    void aSegmentThatWasCutOffIsMended() throws Exception {
        String ref;
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            ref = log.append(spoken(CARD)).stamp().contentRef().orElseThrow();
            log.append(spoken("cut off"));
        }
        Path segment = folder.resolve("data/content").resolve(ref.substring(0, 25));
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, java.util.Arrays.copyOf(bytes, bytes.length - 3));
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            String next = log.append(spoken("after")).stamp().contentRef().orElseThrow();
            assertThat(store.read(ref)).containsEntry("argv", CARD);
            assertThat(store.read(next)).containsEntry("argv", "after");
        }
    }

    @Test
    void aMissingOrForeignKeyIsRefusedAndAKeyInsideIsSaid() throws Exception {
        try (ContentStore store = store();
                AuditLog log = Logs.open(folder, new RealFiles(), Optional.of(store))) {
            log.append(spoken(CARD));
        }
        Path key = folder.resolve("keys/content.key");
        byte[] kept = Files.readAllBytes(key);
        Files.delete(key);
        assertCode(this::store, AuditException.Code.KEY);
        kept[0] = (byte) (kept[0] == 'A' ? 'B' : 'A');
        new RealFiles().replace(key, kept, false);
        assertCode(this::store, AuditException.Code.KEY);
        Path data = folder.resolve("other");
        try (ContentStore inside =
                ContentStore.open(
                        data.resolve("content"),
                        data.resolve("content.key"),
                        data,
                        new RealFiles(),
                        new SecureRandom())) {
            assertThat(inside.placement().outside()).isFalse();
            assertThat(inside.placement().sentence()).contains("can read the content");
        }
    }

    private ContentStore store() throws AuditException {
        return ContentStore.open(
                folder.resolve("data/content"),
                folder.resolve("keys/content.key"),
                folder.resolve("data"),
                files,
                new SecureRandom());
    }

    private static Draft spoken(String text) {
        return Draft.of(Kind.EXEC).run(Samples.run("builder", 1)).content("argv", text).build();
    }

    private boolean anywhere(String text) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void assertCode(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, AuditException.Code code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AuditException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

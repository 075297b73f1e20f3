package rein.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.Samples;
import rein.vocabulary.PolicyText;

final class SnapshotStoreTest {
    private static final PolicyText FIRST =
            new PolicyText("a", new PolicyText.Scope.Fleet(), "// one");
    private static final PolicyText SECOND =
            new PolicyText("a", new PolicyText.Scope.Fleet(), "// two");

    @TempDir Path folder;

    private SnapshotStore open() throws IOException {
        SigningKey key = SigningKey.at(folder.resolve("key"), new SecureRandom());
        return new SnapshotStore(
                folder.resolve("snapshot"), Samples.TENANT, key::sign, key.open(), List::of);
    }

    @Test
    void theNumberGrowsOnlyWhenPoliciesChangeAndSurvivesARestart() throws IOException {
        SnapshotStore store = open();
        assertThat(store.put(List.of(FIRST))).contains(1L);
        assertThat(store.put(List.of(FIRST))).isEmpty();
        assertThat(store.put(List.of(SECOND))).contains(2L);
        SnapshotStore again = open();
        assertThat(again.put(List.of(SECOND))).isEmpty();
        assertThat(again.current().number()).isEqualTo(2);
        assertThat(again.put(List.of(FIRST))).contains(3L);
    }

    @Test
    void earlierTextsAreKeptAndOnlyAsTheyWereSigned() throws IOException {
        SnapshotStore store = open();
        PolicyText warned =
                new PolicyText(
                        "agent:x@1",
                        new PolicyText.Scope.OfAgent("x"),
                        PolicyText.Mode.WARN,
                        "// three");
        assertThat(store.put(List.of(FIRST))).contains(1L);
        assertThat(store.put(List.of(FIRST, warned))).contains(2L);
        assertThat(store.at(1)).contains(List.of(FIRST));
        assertThat(open().at(2)).contains(List.of(FIRST, warned));
        assertThat(store.at(3)).isEmpty();

        Path kept = folder.resolve("snapshots").resolve("000000000001.json");
        String text = Files.readString(kept);
        Files.writeString(kept, text.replace("// one", "// two"));
        assertThat(store.at(1)).isEmpty();
        Files.writeString(kept, text.substring(1));
        assertThat(store.at(1)).isEmpty();
        Files.copy(
                folder.resolve("snapshots").resolve("000000000002.json"),
                kept,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(store.at(1)).isEmpty();
    }

    @Test
    void theScopeIsPartOfWhatIsSigned() throws IOException {
        SnapshotStore store = open();
        assertThat(store.put(List.of(FIRST))).contains(1L);
        PolicyText ofRun = new PolicyText("a", new PolicyText.Scope.OfRun(), "// one");
        assertThat(store.put(List.of(ofRun))).contains(2L);
    }

    @Test
    void theOldestAreForgotten() throws IOException {
        SnapshotArchive archive = new SnapshotArchive(folder.resolve("few"), 2);
        for (long number = 9; number < 13; number++) {
            archive.keep(
                    new SnapshotArchive.Archived(
                            new SnapshotStore.Kept(number, "", ""), List.of()));
        }
        assertThat(archive.find(10)).isEmpty();
        assertThat(archive.find(11)).isPresent();
        assertThat(archive.find(12)).isPresent();
    }

    @Test
    void aNumberThatNobodySignedIsRefused() throws IOException {
        open().put(List.of(FIRST));
        Path file = folder.resolve("snapshot");
        Files.writeString(file, Files.readString(file).replace("\"number\":1", "\"number\":9"));
        assertThatThrownBy(this::open)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not signed");
    }

    @Test
    void theKeyIsPrivateOrRefused() throws IOException {
        SigningKey key = SigningKey.at(folder.resolve("key"), new SecureRandom());
        assertThat(SigningKey.at(folder.resolve("key"), new SecureRandom()).id())
                .isEqualTo(key.id());
        assertThat(key.toString()).doesNotContain(key.sign(new byte[0]));
        boolean opened = folder.resolve("key").toFile().setReadable(true, false);
        assertThat(opened).isTrue();
        assertThatThrownBy(() -> SigningKey.at(folder.resolve("key"), new SecureRandom()))
                .hasMessageContaining("chmod 600");
    }
}

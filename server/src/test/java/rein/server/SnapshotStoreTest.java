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

package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitTrustTest {
    @TempDir Path folder;
    @TempDir Path workdir;

    private void configure() throws IOException {
        Files.createDirectories(workdir.resolve(".git"));
        Files.writeString(
                workdir.resolve(".git/config"),
                "[remote \"origin\"]\n  url = https://forge.example/x.git\n");
    }

    @Test
    void remotesThatWereThereBeforeAnyRunAreBelieved() throws IOException {
        configure();
        assertThat(new GitTrust(folder).forges(workdir)).containsExactly("forge.example");
        assertThat(new GitTrust(folder).forges(workdir)).containsExactly("forge.example");
    }

    @Test
    void remotesThatARunCouldHaveWrittenGrantNothing() throws IOException {
        assertThat(new GitTrust(folder).forges(workdir)).isEmpty();
        configure();
        assertThat(new GitTrust(folder).forges(workdir)).isEmpty();
        assertThat(new GitTrust(folder).forges(workdir)).isEmpty();
    }
}

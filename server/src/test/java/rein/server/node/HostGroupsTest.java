package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostGroupsTest {
    @TempDir Path workdir;

    @Test
    void forgesAreTheHostsOfTheRemotes() throws IOException {
        Files.createDirectory(workdir.resolve(".git"));
        Files.writeString(
                workdir.resolve(".git/config"),
                """
                [remote "origin"]
                    url = git@Forge.example:team/project.git
                [remote "mirror"]
                    url = https://user@mirror.example:8443/team/project.git
                [remote "ssh"]
                    url = ssh://git@ssh.example/project
                [remote "local"]
                    url = /srv/git/project.git
                [remote "file"]
                    url = ../other
                """);
        assertThat(HostGroups.forgesOf(workdir))
                .containsExactly("forge.example", "mirror.example", "ssh.example");
    }

    @Test
    void aFolderWithoutGitGrantsNothing() {
        assertThat(HostGroups.forgesOf(workdir)).isEmpty();
    }

    @Test
    void registriesAreReadFromWhatClientsAreSetUpToUse() {
        NavigableSet<String> hosts = new TreeSet<>();
        PackageRegistries.addHosts(
                """
                # deb http://commented.example/debian stable main
                deb [signed-by=/x.gpg] http://mirror.example/debian stable main
                ; registry=https://old.example/
                registry=https://npm.example:4873/
                index = "sparse+https://cargo.example/index/"
                <!-- <url>https://inside-a-comment.example/</url> -->
                <settings xmlns="http://schema.example/settings"><url>https://maven.example/repository</url></settings>
                https://go.example|direct
                """,
                hosts);
        assertThat(hosts)
                .containsExactlyElementsOf(
                        List.of(
                                "cargo.example",
                                "go.example",
                                "maven.example",
                                "mirror.example",
                                "npm.example"));
    }

    @Test
    void aHostIsInEveryGroupThatHoldsIt() {
        HostGroups groups =
                new HostGroups(
                        new TreeSet<>(List.of("npm.example")),
                        new TreeSet<>(List.of("forge.example")),
                        new TreeSet<>(List.of("telemetry.example")));
        assertThat(groups.of("npm.example"))
                .containsExactlyInAnyOrder("package-registries", "mirrors");
        assertThat(groups.of("forge.example")).containsExactly("forges");
        assertThat(groups.of("telemetry.example")).containsExactly("client-telemetry");
        assertThat(groups.of("evil.example")).isEmpty();
    }
}

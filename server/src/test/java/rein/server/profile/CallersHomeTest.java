package rein.server.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.sandbox.SandboxSpec;

final class CallersHomeTest {
    @TempDir Path root;
    private Path home;
    private final Map<String, String> environment = new TreeMap<>();

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createDirectories(root.resolve("home/alice"));
    }

    private Path program(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private void path(Path... folders) {
        environment.put(
                "PATH", String.join(":", List.of(folders).stream().map(Path::toString).toList()));
    }

    private CallersHome.Given given(List<String> variables, String... command) {
        return new CallersHome(
                        home,
                        name -> Optional.ofNullable(environment.get(name)),
                        new ClientProfiles(List.of(home.resolve(".config/rein/profiles"))))
                .given(List.of(command), List.of(root.resolve("work")), variables);
    }

    private void own(String name, String text) throws IOException {
        Path folder = Files.createDirectories(home.resolve(".config/rein/profiles"));
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aKnownClientGetsItsPackagesItsNodeSettingsAndStateButNoLogin() throws IOException {
        Path cli = program("opt/x/node_modules/@qwen-code/qwen-code/cli.js");
        Path bin = Files.createDirectories(root.resolve("opt/x/node_modules/.bin"));
        Files.createSymbolicLink(bin.resolve("qwen"), cli);
        Path node = program("opt/node22/bin/node");
        path(bin, parent(node));
        Files.createDirectories(home.resolve(".qwen"));
        Files.writeString(home.resolve(".qwen/settings.json"), "{}");
        Files.writeString(home.resolve(".qwen/oauth_creds.json"), "{}");
        environment.put("OPENAI_BASE_URL", "http://model/v1");
        environment.put("OPENAI_API_KEY", "secret");

        CallersHome.Given given = given(List.of(), "qwen", "-p", "hello");
        assertThat(given.home().client()).contains("qwen-code");
        assertThat(given.home().settings())
                .containsOnlyKeys(".qwen/settings.json")
                .containsValue(home.resolve(".qwen/settings.json").toString());
        assertThat(given.home().state()).containsExactly(".qwen");
        assertThat(given.readable())
                .containsExactlyInAnyOrder(
                        root.resolve("opt/x/node_modules").toString(),
                        root.resolve("opt/node22").toString());
        assertThat(given.environment())
                .containsOnlyKeys("OPENAI_BASE_URL", "PATH")
                .containsEntry("PATH", bin + ":" + parent(node) + ":" + SandboxSpec.PATH);
        assertThat(given.notes())
                .singleElement()
                .asString()
                .contains("OPENAI_API_KEY", ".qwen/oauth_creds.json", "--env")
                .doesNotContain("secret");
        assertThat(given(List.of("OPENAI_API_KEY"), "qwen").notes().getFirst())
                .doesNotContain("OPENAI_API_KEY");
    }

    @Test
    void anUnknownCommandOutOfSightGetsTheSentenceThatFixesIt() throws IOException {
        path(parent(program("odd/place/tool")));
        assertThatThrownBy(() -> given(List.of(), "tool"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--read " + root.resolve("odd/place"))
                .hasMessageContaining("client-profiles.md");
        own("mine.properties", "commands = tool\nstate = .tool\n");
        assertThat(given(List.of(), "tool").readable())
                .containsExactly(root.resolve("odd/place").toString());
    }

    @Test
    void whatIsNowhereIsLeftToTheRunToSay() {
        environment.put("PATH", "/nowhere");
        assertThat(given(List.of(), "no-such-command").readable()).isEmpty();
    }

    @Test
    void aCommandOfTheWorkFolderNeedsNothing() throws IOException {
        Path tool = program("work/bin/tool");
        assertThat(given(List.of(), tool.toString()).readable()).isEmpty();
    }

    @Test
    void anEmptyHomeIsSaidWhenTheCommandHasSomethingInTheCallers() throws IOException {
        environment.put("PATH", "/usr/bin");
        Files.createDirectories(home.resolve(".config/env"));
        assertThat(given(List.of(), "env").notes().getFirst())
                .contains("~/.config/env is not in the run");
    }

    @Test
    void theAuthorComesFromTheCallersGitSettings() throws IOException {
        Files.writeString(
                home.resolve(".gitconfig"),
                "[user]\n name = Ann\n email = a@b\n[core]\n sshCommand = evil\n");
        environment.put("PATH", "/usr/bin");
        assertThat(given(List.of(), "true").home().git())
                .containsExactly(Map.entry("user.email", "a@b"), Map.entry("user.name", "Ann"));
    }

    @Test
    void aProfileThatIsWrongIsRefusedByNameAndKey() throws IOException {
        for (String text :
                List.of(
                        "commands = a\nstat = .a\n",
                        "state = .a\n",
                        "commands = a\nstate = ../a\n",
                        "commands = a\nsettings = /etc/shadow\n")) {
            assertThatThrownBy(() -> ClientProfile.read("x", new StringReader(text)))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        own("bad.properties", "commands = a\nstat = .a\n");
        environment.put("PATH", "/usr/bin");
        assertThatThrownBy(() -> given(List.of(), "true"))
                .hasMessageContaining("bad.properties")
                .hasMessageContaining("'stat'");
    }

    @Test
    void theShippedProfilesCanBeRead() {
        for (String command : List.of("qwen", "codex", "opencode")) {
            assertThat(new ClientProfiles(List.of()).of(command)).as(command).isPresent();
        }
    }
}

package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The work folder and the home, as the person sees them who typed {@code rein run}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkdirTest {
    private Running node = Running.prepare();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        Facilities.program("git");
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private List<String> names(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatARunLeavesForLaterIsSaidAtItsEnd() throws IOException {
        Path work = Files.createDirectory(node.folder().resolve("left"));
        Binary.Done done =
                node.run(
                        List.of("--agent", "leaver", "--workdir", work.toString()),
                        "printf 'all:\\n' > Makefile; git init -q r; git -C r config core.fsmonitor x;"
                                + " mkdir .vscode/x 2>/dev/null || echo kept");
        assertThat(done.ok().out()).isEqualTo("kept\n");
        assertThat(done.err())
                .contains("changed, look before you run them: Makefile (new)")
                .contains("held back", "r/.git/config is now config.held-", "core.fsmonitor");
        assertThat(names(work)).containsExactly("Makefile", "r");
        assertThat(names(work.resolve("r/.git"))).doesNotContain("config");
    }

    @Test
    void anExplanationNamesFilesHostsAndLimitsAndStartsNothing() throws IOException {
        Path work = Files.createDirectory(node.folder().resolve("explained"));
        String before = node.rein("agents").ok().out();
        long started = node.records("kind=run-started").size();
        String text =
                node.rein("run", "--explain", "--workdir", work.toString(), "--", "touch", "made")
                        .ok()
                        .out();
        assertThat(text)
                .contains("nothing was started", work + " ", "/.vscode", "read-only")
                .contains("/home/agent", "denied-quietly", "memory-bytes 4294967296");
        String json =
                node.rein(
                                "run",
                                "--explain",
                                "--json",
                                "--workdir",
                                work.toString(),
                                "--",
                                "touch",
                                "made")
                        .ok()
                        .out();
        assertThat(json).startsWith("{\"run\":{").contains("\"places\":[", "\"hosts\":[");
        assertThat(names(work)).isEmpty();
        assertThat(node.rein("agents").ok().out()).isEqualTo(before);
        assertThat(node.records("kind=run-started")).hasSize((int) started);
    }

    @Test
    void anAgentKeepsItsOwnStateAndNeitherAnothersNorTheCallers() throws IOException {
        Path home = Files.createDirectory(node.folder().resolve("home"));
        Path profiles = Files.createDirectories(home.resolve(".config/rein/profiles"));
        Files.writeString(
                profiles.resolve("odd.properties"),
                "commands = oddtool\nstate = .odd\nsettings = .odd/settings\nlogins = ODD_KEY\n");
        Files.createDirectory(home.resolve(".odd"));
        Files.writeString(home.resolve(".odd/settings"), "callers\n");
        Files.writeString(home.resolve(".odd/secret"), "callers\n");
        Files.writeString(home.resolve(".gitconfig"), "[user]\nname = Ann\nemail = a@b\n");
        Path bin = Files.createDirectory(node.folder().resolve("bin"));
        Path tool = bin.resolve("oddtool");
        Files.writeString(
                tool,
                "#!/bin/sh\ncat ~/.odd/settings ~/.odd/kept 2>/dev/null; ls ~/.odd/secret 2>/dev/null;"
                        + " echo \"$1\" > ~/.odd/kept; echo x 2>/dev/null > ~/.odd/settings;"
                        + " echo key=$ODD_KEY; git config user.name\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> environment = node.environment();
        environment.put("HOME", home.toString());
        environment.put("PATH", bin + ":/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("ODD_KEY", "hunter2");

        assertThat(odd(environment, "one", "first")).isEqualTo("callers\nkey=\nAnn\n");
        assertThat(odd(environment, "one", "second")).isEqualTo("callers\nfirst\nkey=\nAnn\n");
        assertThat(odd(environment, "two", "third")).isEqualTo("callers\nkey=\nAnn\n");
        Files.delete(home.resolve(".odd/settings"));
        assertThat(odd(environment, "one", "x")).isEqualTo("second\nkey=\nAnn\n");
        assertThat(names(home.resolve(".odd"))).containsExactly("secret");
        Files.delete(profiles.resolve("odd.properties"));
        Binary.Done unknown = tool(environment, "one", "x");
        assertThat(unknown.refused()).contains("--read " + bin);
    }

    private String odd(Map<String, String> environment, String agent, String word) {
        return tool(environment, agent, word).ok().out();
    }

    private Binary.Done tool(Map<String, String> environment, String agent, String word) {
        return Binary.run(
                Binary.rein(environment, List.of("run", "--agent", agent, "--", "oddtool", word))
                        .directory(node.work().toFile()));
    }
}

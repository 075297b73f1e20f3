package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code rein run} feels like running the command, and says in one line why it does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RunTest {
    private Running node = Running.prepare();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void theCommandsOutputAndCodeAreItsOwn() {
        Binary.Done done = node.run(List.of(), "echo out; echo err >&2; exit 7");
        assertThat(done).isEqualTo(new Binary.Done(7, "out\n", "err\n"));
        assertThat(node.run(List.of(), "exit 0")).isEqualTo(new Binary.Done(0, "", ""));
        assertThat(node.run(List.of(), "kill -KILL $$").exits(137).out()).isEmpty();
        assertThat(node.run(List.of(), "kill -TERM $$").exits(143).out()).isEmpty();
    }

    @Test
    void itsArgumentsArriveAsTheyAre() throws IOException {
        String odd = "a b'\"$HOME\\*\tü";
        Binary.Done done = shell("\"$0\" run -- printf '<%s>' --json -x \"$(cat odd)\" ''", odd);
        assertThat(done.ok().out()).isEqualTo("<--json><-x><" + odd + "><>");
    }

    @Test
    void itKeepsTheCallersLocaleAndNoOther() throws IOException {
        String script = "\"$0\" run -- sh -c 'echo \"<${LC_ALL-}|${LANG-}>\"'";
        assertThat(shell(script, "").ok().out()).isEqualTo("<|C.UTF-8>\n");
        assertThat(shell("export LC_ALL=C LANG=xx; " + script, "").ok().out())
                .isEqualTo("<C|xx>\n");
    }

    /** The script runs with no locale at all; $0 is the launcher, and the file "odd" is there. */
    private Binary.Done shell(String script, String odd) throws IOException {
        Files.writeString(node.work().resolve("odd"), odd);
        Files.writeString(node.work().resolve("script"), script);
        ProcessBuilder builder =
                Binary.command(
                        node.environment(),
                        List.of("sh", "-c", ". ./script", Binary.LAUNCHER.toString()));
        List.of("LANG", "LC_ALL", "LC_CTYPE").forEach(builder.environment()::remove);
        return Binary.run(builder.directory(node.work().toFile()));
    }

    @Test
    void aCommandThatIsNotThereIsNotFound() {
        Binary.Done done = node.rein("run", "--", "no-such-command-anywhere");
        assertThat(done.code()).isIn(127, 1);
        assertThat(done.err()).contains("no-such-command-anywhere");
    }

    @Test
    void itIsNobodyInParticularAndItsFilesAreTheCallers() throws IOException {
        List<String> seen =
                node.run(
                                List.of(),
                                "id -u; echo made > mine; stat -c %u mine; grep CapEff /proc/self/status")
                        .ok()
                        .out()
                        .lines()
                        .toList();
        assertThat(seen.get(0)).isNotEqualTo("0");
        assertThat(seen.get(1)).isEqualTo(seen.get(0));
        assertThat(seen.get(2)).endsWith("0000000000000000");
        Path mine = node.work().resolve("mine");
        assertThat(mine).hasContent("made");
        assertThat(Files.getAttribute(mine, "unix:uid")).isEqualTo(0);
    }

    @Test
    void nothingOfTheCallersEnvironmentLeaks() {
        Map<String, String> environment = node.environment();
        environment.put("CLOUD_SECRET", "hunter2");
        environment.put("CHOSEN", "given");
        Binary.Done done =
                Binary.run(
                        Binary.rein(environment, List.of("run", "--env", "CHOSEN", "--", "env"))
                                .directory(node.work().toFile()));
        assertThat(done.ok().out())
                .contains("CHOSEN=given")
                .doesNotContain("hunter2", "CLOUD_SECRET", "REIN_HOME", "REIN_CLASSPATH");
    }

    @Test
    void theHomeAndTheDataFolderAreNoWorkFolders() throws IOException {
        long before = starts();
        List<Path> refused = new ArrayList<>();
        refused.add(node.data());
        refused.add(node.folder());
        refused.add(node.data().resolve("logs"));
        refused.add(Path.of("/"));
        refused.add(Path.of(System.getProperty("user.home")));
        Path link = Files.createSymbolicLink(node.work().resolve("link"), node.data());
        refused.add(link);
        for (Path folder : refused) {
            String line = node.rein("run", "--workdir", folder.toString(), "--", "true").refused();
            assertThat(line).contains("Choose");
        }
        assertThat(starts()).isEqualTo(before);
    }

    @Test
    void badInputIsOneLineAndNothingStarts() throws IOException {
        long before = starts();
        assertThat(node.rein("run", "--agent", "a b/..", "--", "true").refused())
                .contains("'a b/..'");
        assertThat(node.rein("run", "--bogus", "--", "true").refused()).contains("--bogus");
        assertThat(node.rein("run", "--require", "perfect", "--", "true").refused())
                .contains("perfect");
        assertThat(node.rein("run", "--workdir", "/no/such/folder", "--", "true").refused())
                .contains("/no/such/folder");
        assertThat(node.rein("run").refused()).contains("COMMAND");
        assertThat(node.rein("dance").refused()).contains("dance");
        // An option in the wrong place is not silently another node's.
        assertThat(node.rein("--data", "/elsewhere", "runs").refused()).contains("--data");

        Path bad = node.work().resolve("bad.cedar");
        Files.writeString(bad, "permit (principal, action, resource);\npermit (principal,\n");
        assertThat(node.rein("run", "--policy", bad.toString(), "--", "true").refused())
                .containsPattern("bad\\.cedar:[0-9]+:[0-9]+: ");
        assertThat(node.rein("run", "--policy", "/no/such.cedar", "--", "true").refused())
                .contains("/no/such.cedar");
        assertThat(node.rein("run", "--policy", node.work().toString(), "--", "true").refused())
                .contains(node.work().toString());
        assertThat(starts()).isEqualTo(before);
    }

    @Test
    void itsStartAndEndAreRecordedWithLabels() {
        node.run(List.of("--agent", "labelled", "--label", "job=42", "--label", "step=a b"), "true")
                .ok();
        for (String kind : List.of("run-started", "run-ended")) {
            assertThat(node.records("agent=labelled&kind=" + kind))
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.labels())
                                    .containsEntry("job", "42")
                                    .containsEntry("step", "a b"));
        }
    }

    private long starts() {
        return node.records("kind=run-started").size();
    }
}

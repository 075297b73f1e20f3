package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A person at a terminal: two lines of ours, signals to the command, the terminal as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TerminalTest {
    private final Running node = Running.prepare();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        Facilities.program("script");
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private Pty pty(String script) {
        return Pty.start(node.work(), node.environment(), script);
    }

    @Test
    void theFirstAndTheLastLineAreOurs() {
        try (Pty pty =
                pty(
                        "$REIN run --agent first -- bash -c 'echo hello; [ -t 0 ] && [ -t 1 ] && echo terminal'")) {
            List<String> lines = pty.ended().lines().toList();
            assertThat(lines.getFirst())
                    .matches(
                            "rein: contained \\(root\\) · policy coding · agent first · stop: rein stop [0-9a-f]{8}");
            assertThat(lines.subList(1, lines.size()))
                    .containsExactly("hello", "terminal", "rein: 0 denied, 0 findings");
        }
    }

    @Test
    void quietSaysNothing() {
        try (Pty pty = pty("$REIN run --quiet -- echo hello")) {
            assertThat(pty.ended()).isEqualTo("hello\n");
        }
    }

    @Test
    void whatWasDeniedIsCountedAtTheEnd() {
        try (Pty pty =
                pty(
                        "$REIN run --agent counted -- bash -c 'exec 3<>/dev/tcp/203.0.113.5/80; printf \"GET / HTTP/1.1\\r\\nHost: 203.0.113.5\\r\\nConnection: close\\r\\n\\r\\n\" >&3; cat <&3'")) {
            assertThat(pty.ended())
                    .contains("HTTP/1.1 403 ")
                    .endsWith("rein: 1 denied, 0 findings\n");
        }
    }

    @Test
    void controlCReachesTheCommandAndOnlyIt() {
        try (Pty pty =
                pty(
                        "trap : INT; $REIN run --agent trapping -- bash -c 'trap \"echo caught; exit 5\" INT; echo ready; while :; do sleep 0.05; done'; echo code $?")) {
            pty.awaitScreen("ready");
            pty.typeControlC();
            assertThat(pty.ended()).contains("caught").endsWith("findings\ncode 5\n");
        }
        try (Pty pty =
                pty(
                        "trap : INT; $REIN run --agent ignoring -- bash -c 'trap \"\" INT; echo ready; sleep 1; echo still here; exit 6'; echo code $?")) {
            pty.awaitScreen("ready");
            pty.typeControlC();
            assertThat(pty.ended()).contains("still here").endsWith("findings\ncode 6\n");
        }
        try (Pty pty = pty("trap : INT; $REIN run --agent plain -- sleep 60; echo code $?")) {
            pty.awaitScreen("rein stop ");
            Await.until(
                    "sleep runs",
                    () ->
                            commands("plain") > 0
                                    && node.newest("plain")
                                            .orElseThrow()
                                            .state()
                                            .equals("running"));
            pty.typeControlC();
            assertThat(pty.ended()).endsWith("findings\ncode 130\n");
        }
    }

    /** How many programs of a run's own were started, beside those that start its sandbox. */
    private long commands(String agent) {
        return node.records("kind=exec&agent=" + agent).stream()
                .filter(exec -> !exec.detail().containsKey("starts-sandbox"))
                .count();
    }

    @Test
    void theTerminalIsAsItWas() {
        try (Pty pty =
                pty(
                        "before=$(stty -g); $REIN run -- bash -c 'stty raw -echo; echo changed'; [ \"$before\" = \"$(stty -g)\" ] && echo restored; read -r line; echo \"read $line\"")) {
            pty.awaitScreen("restored");
            pty.type("typed\n");
            assertThat(pty.ended()).contains("typed\n").endsWith("read typed\n");
        }
    }

    @Test
    void anInteractiveShellWorksAndGivesTheTerminalBack() {
        try (Pty pty =
                pty(
                        "$REIN run --agent shell -- bash --norc -i; echo code $?; read -r line; echo \"read $line\"")) {
            pty.awaitScreen("$ ");
            pty.type("sleep 60\n");
            pty.awaitScreen("sleep 60");
            Await.until("sleep runs in the foreground", () -> commands("shell") > 1);
            pty.typeControlC();
            pty.type("sleep 60 & jobs; kill %1; echo job $((20+2))\n");
            pty.awaitScreen("job 22");
            pty.type("exit 9\n");
            pty.awaitScreen("code 9");
            pty.type("typed\n");
            assertThat(pty.ended()).contains("Running").endsWith("read typed\n");
        }
    }

    @Test
    void aStoppedRunSaysWhyOnItsTerminal() {
        try (Pty pty =
                pty("$REIN run --agent told -- bash -c 'echo ready; sleep 60'; echo code $?")) {
            pty.awaitScreen("ready");
            node.rein("stop", "--agent", "told", "--reason", "it is late").ok();
            pty.awaitScreen("it is late");
            pty.awaitScreen("rein resume ");
            node.rein("stop", "--agent", "told", "--kill", "--reason", "very late").ok();
            assertThat(pty.ended()).contains("very late").endsWith("findings\ncode 137\n");
        }
    }
}

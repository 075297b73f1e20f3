package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.server.api.RunView;
import rein.server.http.Json;

/** One user, no root anywhere: node, database and runs are that user's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RootlessTest {
    private static final String DAEMONS =
            "for i in 1 2 3 4 5; do setsid nohup bash -c 'trap \"\" TERM HUP INT ALRM USR1; sleep 98765 & sleep 98765' >/dev/null 2>&1 & done; disown -a; sleep 0.3; echo here; sleep 98765";
    private static final int END_SECONDS_MAX = 30;

    private final OrdinaryUser alice = OrdinaryUser.alice();
    private final int port = Running.freePort();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        Facilities.forOrdinaryUsers();
        // The first run starts the node, as it would for a person who has just installed it.
        Binary.Done first = rein("run", "--agent", "first", "--", "bash", "-c", "id -u; exit 3");
        assertThat(first.exits(3).out()).isEqualTo("1000\n");
        assertThat(first.err()).contains("starting one");
    }

    @AfterAll
    void stop() {
        if (Files.exists(alice.home().resolve(".rein"))) {
            rein("up", "--stop");
        }
        alice.close();
    }

    private Map<String, String> environment() {
        return new TreeMap<>(
                Map.of(
                        "REIN_HOME",
                        alice.home().resolve(".rein").toString(),
                        "REIN_CONTENT_KEY_FILE",
                        alice.home().resolve("content.key").toString(),
                        "REIN_MANAGEMENT_PORT",
                        String.valueOf(port)));
    }

    private Binary.Done rein(String... arguments) {
        return Binary.run(alice.rein(environment(), List.of(arguments)));
    }

    private Binary.Done run(String agent, String script) {
        return rein("run", "--agent", agent, "--", "bash", "-c", script);
    }

    private Process start(String agent, String script) {
        return alice.start(environment(), agent, script);
    }

    private RunView newest(String agent) {
        return rein("runs", "--json")
                .ok()
                .out()
                .lines()
                .map(line -> Json.MAPPER.readValue(line, RunView.class))
                .filter(run -> run.agent().equals(agent))
                .findFirst()
                .orElseThrow();
    }

    /** Those of {@link #DAEMONS}. */
    private static long sleepers() throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes.filter(proc -> isSleeper(proc.resolve("cmdline"))).count();
        }
    }

    private static boolean isSleeper(Path commandLine) {
        try {
            return Files.readString(commandLine).startsWith("sleep\00098765");
        } catch (IOException e) {
            return false;
        }
    }

    private static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    @Test
    void itIsContainedAndSaysWhatIsWeaker() {
        Binary.Done doctor = rein("doctor");
        assertThat(doctor.ok().out())
                .contains("level    contained")
                .contains("note     Without root")
                .doesNotContain("NOT HELD");
        assertThat(run("codes", "echo out; echo err >&2; exit 7"))
                .isEqualTo(new Binary.Done(7, "out\n", "err\n"));
        assertThat(run("codes", "kill -TERM $$").code()).isEqualTo(143);
        assertThat(run("codes", "kill -KILL $$").code()).isEqualTo(137);
    }

    @Test
    void whatIsGrantedArrivesAndNothingElseLeaves() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            Path policy = Files.writeString(alice.work().resolve("up.cedar"), upstream.grant());
            String script =
                    "exec 3<>/dev/tcp/%1$s/%2$d; printf 'GET /x HTTP/1.1\\r\\nHost: %1$s:%2$d\\r\\nConnection: close\\r\\n\\r\\n' >&3; timeout 10 cat <&3"
                            .formatted(upstream.host(), upstream.port());
            Binary.Done granted =
                    rein(
                            "run",
                            "--agent",
                            "granted",
                            "--policy",
                            policy.toString(),
                            "--",
                            "bash",
                            "-c",
                            script);
            assertThat(granted.ok().out()).startsWith("HTTP/1.1 200 ").endsWith(Upstream.BODY);
            assertThat(run("ungranted", script).out()).startsWith("HTTP/1.1 403 ");
            assertThat(upstream.requests()).hasSize(1);
        }
        assertThat(
                        run(
                                        "inside",
                                        "nft flush ruleset; ip route del default; unshare -Ur true; kill -9 1 2>&1; echo done")
                                .ok()
                                .err())
                .contains("not permitted");
    }

    @Test
    void programStartsAreRecordedWithAllTheirArguments() {
        assertThat(run("seen", "for i in 1 2 3 4 5; do /bin/true argument-$i; done").code())
                .isZero();
        String records = rein("activity", "--agent", "seen", "--kind", "exec", "--json").ok().out();
        assertThat(records.lines().filter(line -> line.contains("\"starts-sandbox\":\"true\"")))
                .hasSize(2);
        assertThat(records.lines().count()).isEqualTo(2 + 1 + 5);
        assertThat(records).doesNotContain("\"argv-seen\":\"false\"");
    }

    @Test
    void aSuspendedRunStandsStillUntilItGoesOn() throws Exception {
        Path counter = alice.work().resolve("counter");
        Process run =
                start(
                        "counting",
                        "setsid bash -c 'i=0; while :; do i=$((i+1)); echo $i > counter; sleep 0.02; done' & echo here; sleep 98765");
        Await.until("it counts", () -> Files.exists(counter) && Files.size(counter) > 0);
        Await.until("it is running", () -> newest("counting").state().equals("running"));
        rein("stop", "--agent", "counting", "--reason", "lunch").ok();
        String before = Files.readString(counter);
        Await.pass(java.time.Duration.ofMillis(300));
        assertThat(Files.readString(counter)).isEqualTo(before);
        assertThat(newest("counting").state()).isEqualTo("suspended");
        rein("resume", newest("counting").shortId()).ok();
        Await.until("it goes on", () -> !Files.readString(counter).equals(before));
        rein("stop", "--kill", "--agent", "counting").ok();
        assertThat(ended(run)).isEqualTo(137);
        assertThat(alice.err("counting")).contains("lunch").endsWith("findings\n");
    }

    @Test
    void aStopLeavesNoDaemonAlive() throws Exception {
        Process run = start("daemons", DAEMONS);
        assertThat(sleepers()).isGreaterThan(5);
        rein("stop", "--kill", "--agent", "daemons").ok();
        assertThat(sleepers()).isZero();
        assertThat(ended(run)).isEqualTo(137);
    }

    @Test
    void aCrashOfTheNodeKillsItsRuns() throws Exception {
        Process run = start("orphans", DAEMONS);
        assertThat(sleepers()).isGreaterThan(5);
        long node =
                Long.parseLong(
                        Files.readString(alice.home().resolve(".rein").resolve("lock")).strip());
        assertThat(ProcessHandle.of(node).orElseThrow().destroyForcibly()).isTrue();
        Await.until("all are dead", () -> sleepers() == 0);
        assertThat(ended(run)).isNotZero();
        assertThat(alice.err("orphans")).contains("the node did not see the run end");
        // The next run starts it again.
        assertThat(run("after", "true").code()).isZero();
    }

    @Test
    void theRunReachesNeitherSocketNorFolderOfTheNode() {
        String seen = run("looking", "ls -A /run $HOME %s 2>&1".formatted(alice.home())).out();
        assertThat(seen).doesNotContain(".rein", "content.key", "rein.sock");
        assertThat(rein("run", "--workdir", alice.home().toString(), "--", "true").refused())
                .contains("Choose");
        assertThat(
                        rein(
                                        "run",
                                        "--workdir",
                                        alice.home().resolve(".rein").toString(),
                                        "--",
                                        "true")
                                .refused())
                .contains("Choose");
    }

    @Test
    void controlCReachesTheCommandAndTheLabelSaysRootless() throws IOException {
        Map<String, String> environment = environment();
        environment.put("HOME", alice.home().toString());
        environment.put("TMPDIR", alice.home().toString());
        Path script = alice.home().resolve("terminal.sh");
        Files.writeString(
                script,
                "$REIN run --agent typing -- bash -c 'trap \"echo caught; exit 5\" INT; stty -echo; echo ready; while :; do sleep 0.05; done'\n");
        String become =
                alice.becoming(List.of("bash", script.toString())).stream()
                        .map(word -> "'" + word + "'")
                        .collect(java.util.stream.Collectors.joining(" "));
        try (Pty pty =
                Pty.start(
                        alice.work(),
                        environment,
                        "before=$(stty -g); trap : INT; "
                                + become
                                + "; echo code $?; [ \"$before\" = \"$(stty -g)\" ] && echo restored")) {
            pty.awaitScreen("ready");
            pty.typeControlC();
            assertThat(pty.ended())
                    .contains("rein: contained (rootless) · policy coding · agent typing")
                    .contains("caught")
                    .endsWith("findings\ncode 5\nrestored\n");
        }
    }
}

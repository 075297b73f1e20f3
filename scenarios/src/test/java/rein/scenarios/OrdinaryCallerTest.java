package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.server.api.HomeRequest;
import rein.server.api.RunRequest;
import rein.server.http.Json;

/** A service that is root's, and developers who are not: the commonest installation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OrdinaryCallerTest {
    private static final String ASK =
            "ask() { exec 3<>/dev/tcp/$1/$2; printf 'GET /%s HTTP/1.1\\r\\nHost: %s:%s\\r\\nConnection: close\\r\\n\\r\\n' x $1 $2 >&3; timeout 10 cat <&3; exec 3>&-; }; ";
    private static final String DAEMONS =
            "for i in 1 2 3 4 5; do setsid nohup bash -c 'trap \"\" TERM HUP INT; sleep 1000 & sleep 1000' >/dev/null 2>&1 & done; disown -a; sleep 0.3; echo here; sleep 1000";
    private static final int END_SECONDS_MAX = 30;

    private final Running node = Running.prepare();
    private final List<OrdinaryUser> users = new ArrayList<>();
    private OrdinaryUser alice = OrdinaryUser.of(OrdinaryUser.FIRST);
    private OrdinaryUser bob = OrdinaryUser.of(OrdinaryUser.FIRST + 1);

    @BeforeAll
    void start() {
        users.addAll(List.of(alice, bob));
        Facilities.forRuns();
        Facilities.forOrdinaryUsers();
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
        users.forEach(OrdinaryUser::close);
    }

    private static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    @Test
    void theCommandRunsAsUnderRootAndItsFilesAreTheCallers() throws IOException {
        Binary.Done done = alice.run(node, List.of(), "echo out; echo err >&2; exit 7");
        assertThat(done).isEqualTo(new Binary.Done(7, "out\n", "err\n"));
        assertThat(alice.run(node, List.of(), "kill -TERM $$").code()).isEqualTo(143);
        List<String> seen =
                alice.run(
                                node,
                                List.of(),
                                "id -u; echo made > mine; stat -c %u mine; grep -E 'Cap|NoNew|Seccomp:' /proc/self/status")
                        .ok()
                        .out()
                        .lines()
                        .toList();
        assertThat(seen.subList(0, 2)).containsExactly("1000", "1000");
        assertThat(seen.stream().filter(line -> line.startsWith("Cap")))
                .hasSize(5)
                .allMatch(line -> line.endsWith("\t0000000000000000"));
        assertThat(seen).contains("NoNewPrivs:\t1", "Seccomp:\t2");
        assertThat(Files.getAttribute(alice.work().resolve("mine"), "unix:uid"))
                .isEqualTo(alice.uid());
    }

    @Test
    void itsOwnerIsWhoTheKernelSaysAndNobodyElse() {
        Map<String, String> environment = new TreeMap<>(node.environment());
        environment.put("SUDO_USER", "root");
        environment.put("USER", "root");
        Binary.run(alice.rein(environment, List.of("run", "--agent", "whose", "--", "true"))).ok();
        assertThat(node.newest("whose").orElseThrow().owner()).isEqualTo(alice.name());
        assertThat(bob.rein(node, "run", "--agent", "whose", "--", "true").refused())
                .contains("whose");
    }

    @Test
    void whatIsGrantedArrivesAndNothingElseLeaves() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            Path policy = Files.writeString(alice.work().resolve("up.cedar"), upstream.grant());
            List<String> granted = List.of("--agent", "granted", "--policy", policy.toString());
            String script = ASK + "ask " + upstream.host() + " ";
            assertThat(alice.run(node, granted, script + upstream.port()).ok().out())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith(Upstream.BODY);
            assertThat(alice.run(node, granted, script + (upstream.port() + 1)).out())
                    .startsWith("HTTP/1.1 403 ");
            assertThat(
                            alice.run(
                                            node,
                                            List.of("--agent", "ungranted"),
                                            script + upstream.port())
                                    .out())
                    .startsWith("HTTP/1.1 403 ");
            assertThat(upstream.requests()).hasSize(1);
        }
        assertThat(
                        alice.run(
                                        node,
                                        List.of(),
                                        "nft flush ruleset; ip route del default; ip link add name x type veth; unshare -Ur true; echo done")
                                .ok()
                                .err())
                .contains("not permitted");
    }

    @Test
    void strangersNeitherSeeNorStopIt() throws Exception {
        Process run = alice.start(node, "private", "echo here; sleep 1000");
        String id = node.newest("private").orElseThrow().shortId();
        Await.until(
                "it is known to be contained",
                () -> node.newest("private").orElseThrow().state().equals("running"));
        assertThat(alice.rein(node, "runs").ok().out()).contains(id);
        assertThat(alice.rein(node, "agents").ok().out()).contains("private");
        assertThat(alice.rein(node, "activity", "--run", id).ok().out()).contains("run-started");
        for (String command : List.of("runs", "agents", "activity")) {
            assertThat(bob.rein(node, command).out()).doesNotContain("private", id);
        }
        bob.rein(node, "stop", id).exits(1);
        bob.rein(node, "stop", "--kill", "--agent", "private").exits(1);
        bob.rein(node, "stop", "--fleet").exits(1);
        bob.rein(node, "token", "create", "--person", "bob", "--role", "operator").exits(1);
        assertThat(run.isAlive()).isTrue();
        alice.rein(node, "stop", id, "--reason", "lunch").ok();
        assertThat(node.newest("private").orElseThrow().state()).isEqualTo("suspended");
        bob.rein(node, "resume", id).exits(1);
        alice.rein(node, "resume", id).ok();
        alice.rein(node, "stop", "--kill", id).ok();
        assertThat(ended(run)).isEqualTo(137);
        assertThat(alice.err("private")).contains("lunch").endsWith("findings\n");
    }

    @Test
    void aStopLeavesNoDaemonAlive() throws Exception {
        Process run = alice.start(node, "daemons", DAEMONS);
        assertThat(Traces.ofRuns(node.data())).hasSizeGreaterThan(10);
        alice.rein(node, "stop", "--kill", "--agent", "daemons").ok();
        assertThat(Traces.ofRuns(node.data())).isEmpty();
        assertThat(ended(run)).isEqualTo(137);
        // Nor does the command's own end.
        alice.run(
                        node,
                        List.of(),
                        DAEMONS.replace("sleep 1000\"", "true\"").replaceAll("; sleep 1000$", ""))
                .ok();
        Await.until("no process is left", () -> Traces.ofRuns(node.data()).isEmpty());
    }

    @Test
    void aCrashOfTheNodeKillsIt() throws Exception {
        try (Running other = Running.start()) {
            Process run = alice.start(other, "orphans", DAEMONS);
            other.crash();
            Await.until("all are dead", () -> Traces.ofRuns(other.data()).isEmpty());
            assertThat(ended(run)).isEqualTo(137);
            other.up();
            alice.run(other, List.of("--agent", "after"), "true").ok();
        }
    }

    @Test
    void theRunReachesNeitherSocketNorFolderOfTheNode() {
        String seen =
                alice.run(
                                node,
                                List.of(),
                                "ls -A /run /root %s 2>&1; cat /proc/net/unix | wc -l; ls /proc | grep -c '^[0-9]'; ls -A $HOME"
                                        .formatted(node.folder()))
                        .out();
        assertThat(seen).doesNotContain("rein.sock", ".words", "content.key");
        assertThat(
                        alice.rein(
                                        node,
                                        "run",
                                        "--read",
                                        node.data().toString(),
                                        "--",
                                        "ls",
                                        node.data().toString())
                                .code())
                .isNotZero();
        assertThat(alice.rein(node, "run", "--read", "/run/rein", "--", "true").refused())
                .contains("/run/rein");
        assertThat(
                        alice.rein(node, "run", "--workdir", alice.home().toString(), "--", "true")
                                .refused())
                .contains("home");
    }

    @Test
    void aCallerThatIsNoLauncherIsNotLetIn() {
        // The request of a launcher, from a process that made no namespaces and names another one.
        RunRequest request =
                new RunRequest(
                        Optional.empty(),
                        "root",
                        Optional.empty(),
                        "coding",
                        alice.work().toString(),
                        List.of(),
                        Map.of(),
                        "contained",
                        List.of("true"),
                        Map.of(),
                        1,
                        false,
                        HomeRequest.NONE,
                        List.of(),
                        List.of(),
                        List.of());
        String body = new String(Json.bytes(request), StandardCharsets.UTF_8);
        Facilities.program("curl");
        Binary.Done done =
                Binary.run(
                        alice.command(
                                node.environment(),
                                List.of(
                                        "curl",
                                        "-sS",
                                        "--unix-socket",
                                        node.machineSocket().toString(),
                                        "-H",
                                        "Content-Type: application/json",
                                        "-d",
                                        body,
                                        "http://rein.local/v1/runs")));
        assertThat(done.ok().out()).contains("made no user and network namespace");
    }

    @Test
    void whereNamespacesAreForbiddenTheCommandIsNotRun() {
        String script = "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"";
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "--user", "--map-current-user", "--keep-caps", "--"));
        command.addAll(List.of("bash", "-c", script, "bash"));
        command.addAll(List.of(Binary.LAUNCHER.toString(), "run", "--", "touch", "ran"));
        Binary.Done done = Binary.run(alice.command(node.environment(), command));
        assertThat(done.refused())
                .contains("user.max_user_namespaces is 0")
                .contains("sudo sysctl -w user.max_user_namespaces=");
        assertThat(alice.work().resolve("ran")).doesNotExist();
    }

    @Test
    void aCheckoutThatNobodyBuiltSaysSo() throws IOException {
        Path checkout = Files.createDirectory(node.folder().resolve("checkout"));
        for (Path folder : List.of(node.folder(), checkout)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.copy(Binary.LAUNCHER, checkout.resolve("rein"));
        Files.createDirectory(checkout.resolve(".mvn"));
        for (String part : List.of(".mvn/jdk.sh", ".mvn/proxy.sh")) {
            Files.copy(Binary.ROOT.resolve(part), checkout.resolve(part));
        }
        Files.setPosixFilePermissions(
                checkout.resolve("rein"), PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder command =
                alice.command(
                        node.environment(),
                        List.of(checkout.resolve("rein").toString(), "run", "--", "true"));
        command.environment().remove("REIN_CLASSPATH");
        assertThat(Binary.run(command).refused()).contains("not built").contains("sudo ");
    }

    @Test
    void controlCReachesTheCommandAndTheTerminalIsAsItWas() {
        String become = String.join(" ", alice.becoming(List.of()));
        Map<String, String> environment = new TreeMap<>(node.environment());
        environment.put("HOME", alice.home().toString());
        environment.put("TMPDIR", alice.home().toString());
        try (Pty pty =
                Pty.start(
                        alice.work(),
                        environment,
                        "before=$(stty -g); trap : INT; "
                                + become
                                + " $REIN run --agent typing -- bash -c 'trap \"echo caught; exit 5\" INT; stty -echo; echo ready; while :; do sleep 0.05; done'; echo code $?; [ \"$before\" = \"$(stty -g)\" ] && echo restored")) {
            pty.awaitScreen("ready");
            pty.typeControlC();
            assertThat(pty.ended())
                    .contains("rein: contained (root) · policy coding · agent typing")
                    .contains("caught")
                    .endsWith("findings\ncode 5\nrestored\n");
        }
    }
}

package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import rein.server.api.AgentView;
import rein.server.command.ControlPlaneClient;

/** A second start finds everything again; one that cannot be is one clear line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SecondStartTest {
    private final Running node = Running.prepare();

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
    void whatWasThereIsThere() {
        node.run(List.of("--agent", "keeper", "--label", "job=1"), "true").ok();
        String token = node.rein("token", "create", "--person", "alice").ok().out().strip();
        node.rein("stop", "--agent", "halted", "--reason", "until further notice").ok();
        String run = node.newest("keeper").orElseThrow().id().toString();
        long snapshotRecords = node.records("kind=policy-changed").size();

        node.down();
        assertThat(node.rein("audit", "verify").ok().out()).contains("internally consistent");
        node.up();

        assertThat(node.api().all("/v1/agents", AgentView.class))
                .filteredOn(agent -> agent.name().equals("keeper"))
                .singleElement()
                .satisfies(agent -> assertThat(agent.owner()).isEqualTo("root"));
        assertThat(node.records("kind=run-started&run=" + run))
                .singleElement()
                .satisfies(record -> assertThat(record.labels()).containsEntry("job", "1"));
        assertThat(node.records("kind=policy-changed")).hasSize((int) snapshotRecords);
        assertThat(node.rein("run", "--agent", "halted", "--", "true").refused())
                .contains("until further notice");
        ControlPlaneClient alice =
                new ControlPlaneClient(
                        new ControlPlaneClient.Where.Remote(
                                java.net.URI.create("http://127.0.0.1:" + node.port()), token));
        assertThat(alice.page("/v1/agents", AgentView.class).items()).isNotEmpty();
        node.rein("audit", "verify").ok();
    }

    @Test
    void aFolderInUseIsOneLine() {
        String line = node.rein("up", "--port", String.valueOf(Running.freePort())).refused();
        assertThat(line).contains("is in use by process " + node.pid());
        assertThat(node.status().pid()).isEqualTo(node.pid());
    }

    @Test
    void runsThatAllStartTheNodeShareTheOneThatWasFaster() throws Exception {
        try (Running second = Running.prepare()) {
            Files.createDirectory(
                    second.data(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.writeString(
                    second.data().resolve("rein.yaml"),
                    "version: 1\nmanagement-port: " + second.port() + "\n");
            List<CompletableFuture<Binary.Done>> runs =
                    Stream.of("first", "second", "third")
                            .map(name ->
                                    CompletableFuture.supplyAsync(() ->
                                            second.run(
                                                    List.of("--quiet", "--agent", name),
                                                    "echo ran " + name)))
                            .toList();
            try {
                assertThat(runs.stream().map(CompletableFuture::join).map(Binary.Done::out))
                        .containsExactly("ran first\n", "ran second\n", "ran third\n");
            } finally {
                second.rein("up", "--stop").ok();
            }
            Traces.vanish(second.data());
        }
    }

    @Test
    void aPortInUseIsOneLineAndNothingStaysBehind() throws IOException {
        try (Running second = Running.prepare();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String line =
                    second.rein("up", "--port", String.valueOf(taken.getLocalPort())).refused();
            assertThat(line)
                    .contains(String.valueOf(taken.getLocalPort()), "choose another with --port");
            Traces.vanish(second.data());
            second.up();
            second.down();
            Traces.vanish(second.data());
        }
    }

    @Test
    void aFolderThatIsOpenToOthersIsRefused() throws IOException {
        try (Running second = Running.prepare()) {
            Files.createDirectory(
                    second.data(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.setPosixFilePermissions(
                    second.data(), PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(second.rein("up").refused()).contains("chmod 700 " + second.data());
            // Nor does a command that wants to start a node start one in it, or wait for it.
            assertThat(second.rein("run", "--quiet", "--", "true").refused())
                    .contains("chmod 700 " + second.data());
        }
    }

    @Test
    void aFolderThatCannotBeIsRefused() throws IOException {
        try (Running second = Running.prepare()) {
            Path file = Files.writeString(second.data(), "not a folder");
            assertThat(second.rein("up").refused()).contains(file.toString());
            Map<String, String> nowhere = second.environment();
            nowhere.put("REIN_HOME", "/proc/nowhere");
            Binary.Done done = Binary.run(Binary.rein(nowhere, List.of("up")));
            assertThat(done.refused()).contains("/proc/nowhere");
        }
    }

    @Test
    void aConfigurationThatIsWrongIsOneLine() throws IOException {
        try (Running second = Running.prepare()) {
            Path file = second.folder().resolve("rein.yaml");
            Files.writeString(file, "version: 1\nport: 7400\n");
            assertThat(second.rein("up", "--config", file.toString()).refused())
                    .contains("unknown key 'port'");
            Files.writeString(file, "version: [1\n");
            assertThat(second.rein("up", "--config", file.toString()).refused())
                    .contains(file.toString());
            assertThat(second.rein("up", "--port", "many").refused()).contains("--port");
            assertThat(second.rein("up", "--port", "70000").refused()).contains("70000");
        }
    }
}

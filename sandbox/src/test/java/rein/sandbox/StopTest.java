package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.vocabulary.Cut;
import rein.vocabulary.StopOrder;

/** Freezing and killing, by hand and by order. */
class StopTest {
    private static final String DAEMONS =
            "for i in $(seq 20); do setsid sh -c 'trap \"\" TERM HUP; sleep 600 & sleep 600' & done;"
                    + " sleep 0.3; echo ready; sleep 600";
    private static final String BOMB =
            "bomb() { while :; do sh -c 'sleep 600' & done; }; bomb & bomb & bomb & sleep 0.3;"
                    + " echo ready; while :; do sleep 1; done 2>/dev/null";

    /** Enough to meet in the middle of a removal now and then. */
    private static final int MEETINGS = 20;

    @TempDir Path root;
    private Path workdir;
    private Contained contained;

    @BeforeEach
    void open() throws IOException {
        workdir = Files.createDirectory(root.resolve("project"));
        contained = Contained.open(root.resolve("data"));
    }

    @AfterEach
    void close() {
        // Absent when the test was skipped.
        if (contained != null) {
            contained.close();
        }
    }

    private Sandbox started(String script) throws IOException {
        Sandbox sandbox = contained.prepare(workdir, "sh", "-c", "exec 2>/dev/null; " + script);
        var _ = Contained.linesUntil(contained.launch(sandbox), "ready");
        return sandbox;
    }

    private static StopOrder order(StopOrder.Scope scope, StopOrder.Mode mode) {
        return new StopOrder(
                new UUID(1, 2), scope, mode, "test", "alice", 1, Instant.EPOCH, Optional.empty());
    }

    @Test
    void killLeavesNoDaemonAlive() throws Exception {
        try (Sandbox sandbox = started(DAEMONS)) {
            Sandbox.Stopped stopped = sandbox.kill();
            assertThat(stopped.count()).isGreaterThan(20);
            assertThat(stopped.left()).isZero();
            assertThat(sandbox.processes()).isEmpty();
            assertThat(sandbox.kill().count()).as("again is harmless").isZero();
        }
    }

    @Test
    void aStopAndTheEndThatItBringsMayMeet() throws Exception {
        for (int i = 0; i < MEETINGS; i++) {
            Sandbox sandbox = started("echo ready; sleep 600");
            FutureTask<Sandbox.Stopped> stop = new FutureTask<>(sandbox::kill);
            Thread.ofPlatform().start(stop);
            // As the node does when it sees the last process die.
            sandbox.close();
            assertThat(stop.get().left()).isZero();
            assertThat(sandbox.processes()).isEmpty();
        }
    }

    @Test
    void killLeavesNothingOfAForkBomb() throws Exception {
        SandboxSpec spec = contained.spec(workdir, "true");
        SandboxSpec bomb =
                new SandboxSpec(
                        spec.run(),
                        workdir,
                        java.util.List.of("sh", "-c", "exec 2>/dev/null; " + BOMB),
                        spec.environment(),
                        new Limits(2000, 1L << 30, 300, 16L << 20),
                        java.util.List.of(),
                        spec.files());
        try (Sandbox sandbox = contained.host().prepare(bomb)) {
            var _ = Contained.linesUntil(contained.launch(sandbox), "ready");
            Sandbox.Stopped stopped = sandbox.kill();
            assertThat(stopped.left()).isZero();
            assertThat(stopped.count()).isPositive();
        }
    }

    @Test
    void aFrozenRunStandsStillUntilThawed() throws Exception {
        String counting =
                "echo 0 > count; echo ready; i=0; while :; do i=$((i+1)); echo $i >> count; done";
        try (Sandbox sandbox = started(counting)) {
            assertThat(sandbox.freeze().left()).isZero();
            long before = sandbox.usage().cpuMicros();
            String count = Files.readString(workdir.resolve("count"));
            contained.linux().poll(new int[0], new short[0], 200);
            assertThat(sandbox.usage().cpuMicros()).isEqualTo(before);
            assertThat(Files.readString(workdir.resolve("count"))).isEqualTo(count);
            sandbox.thaw();
            while (Files.readString(workdir.resolve("count")).equals(count)) {
                Thread.onSpinWait();
            }
            assertThat(sandbox.freeze().left()).isZero();
            assertThat(sandbox.kill().left()).as("a frozen run can be killed").isZero();
        }
    }

    @Test
    void anOrderReachesTheRunsItCoversAndNoOther() throws Exception {
        try (Sandbox first = started("echo ready; sleep 600");
                Sandbox second = started("echo ready; sleep 600")) {
            UUID run = first.run().id();
            StopOrder.Scope scope = new StopOrder.Scope.OfRun(run);
            Cut suspended =
                    contained.host().cut(order(scope, StopOrder.Mode.SUSPEND)).iterator().next();
            assertThat(suspended.run()).isEqualTo(run);
            assertThat(suspended.what()).isEqualTo("frozen");
            assertThat(suspended.left()).isZero();
            Cut killed =
                    contained.host().cut(order(scope, StopOrder.Mode.TERMINATE)).iterator().next();
            assertThat(killed.what()).isEqualTo("killed");
            assertThat(killed.count()).isPositive();
            assertThat(killed.left()).isZero();
            assertThat(second.processes()).as("the other run goes on").isNotEmpty();
            assertThat(
                            contained
                                    .host()
                                    .cut(
                                            order(
                                                    new StopOrder.Scope.Fleet(),
                                                    StopOrder.Mode.TERMINATE)))
                    .hasSize(2)
                    .allMatch(cut -> cut.left() == 0);
            assertThat(second.processes()).isEmpty();
        }
    }

    /**
     * Its group's switch is read-only: what the kernel refuses for one run is done to the others.
     */
    @Test
    void aRunThatCannotBeCutKeepsNoOtherFromBeingCut() throws Exception {
        Path stuck = Files.writeString(root.resolve("stuck"), "");
        try (Sandbox first = started("echo ready; sleep 600");
                Sandbox second = started("echo ready; sleep 600");
                Sandbox third = started("echo ready; sleep 600")) {
            Path group = contained.host().parentCgroup().resolve(second.run().id().toString());
            StopOrder.Scope fleet = new StopOrder.Scope.Fleet();
            for (StopOrder.Mode mode : StopOrder.Mode.values()) {
                String name =
                        switch (mode) {
                            case SUSPEND -> "cgroup.freeze";
                            case TERMINATE -> "cgroup.kill";
                        };
                String target = group.resolve(name).toString();
                var _ = Tool.run(List.of("mount", "-o", "bind,ro", stuck.toString(), target), "");
                try {
                    Map<UUID, Cut> cuts =
                            contained.host().cut(order(fleet, mode)).stream()
                                    .collect(Collectors.toMap(Cut::run, cut -> cut));
                    assertThat(cuts.keySet())
                            .containsExactlyInAnyOrder(
                                    first.run().id(), second.run().id(), third.run().id());
                    assertThat(cuts.get(second.run().id()))
                            .extracting(Cut::left)
                            .as("said to be left")
                            .isNotEqualTo(0L);
                    assertThat(cuts.get(first.run().id())).extracting(Cut::left).isEqualTo(0L);
                    assertThat(cuts.get(third.run().id())).extracting(Cut::left).isEqualTo(0L);
                } finally {
                    var _ = Tool.run(List.of("umount", target), "");
                }
            }
            assertThat(first.processes()).isEmpty();
            assertThat(third.processes()).isEmpty();
            assertThat(second.processes()).isNotEmpty();
        }
    }

    @Test
    void aRunKilledBeforeItStartedCannotStart() throws Exception {
        try (Sandbox sandbox = contained.prepare(workdir, "touch", "started")) {
            assertThat(sandbox.kill().left()).isZero();
            Contained.Result result = contained.finish(contained.launch(sandbox));
            assertThat(result.exit()).isNotZero();
            assertThat(workdir.resolve("started")).doesNotExist();
        }
    }

    @Test
    void aRunSuspendedBeforeItStartedStandsStill() throws Exception {
        try (Sandbox sandbox = contained.prepare(workdir, "touch", "started")) {
            sandbox.freeze();
            Process process = contained.launch(sandbox);
            while (sandbox.processes().isEmpty()) {
                assertThat(process.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            contained.linux().poll(new int[0], new short[0], 200);
            assertThat(workdir.resolve("started")).doesNotExist();
            sandbox.thaw();
            assertThat(contained.finish(process).exit()).isZero();
            assertThat(workdir.resolve("started")).exists();
        }
    }
}

package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that outlive their node: kept by its watcher, adopted by the next, or killed in time. */
class HandOverTest {
    /** Counts in a file, leaves a daemon behind, and knocks at an address until it is let in. */
    private static final String COUNTING =
            """
            setsid sh -c 'sleep 600' &
            n=0; echo $n > count
            echo ready
            while :; do
              n=$((n+1)); echo $n > count
              (exec 3<>/dev/tcp/203.0.113.9/80 && cat <&3) 2>/dev/null >&2
              /bin/true by-hand
            done
            """;

    private static final int KEEP_SECONDS = 30;

    @TempDir Path root;

    private Path data() {
        return root.resolve("data");
    }

    private Path handOver() {
        return data().resolve("hand-over");
    }

    private Process started(Contained node, Sandbox sandbox) throws IOException {
        Process process = node.launch(sandbox);
        var _ = Contained.linesUntil(process, "ready");
        return process;
    }

    private Path project() throws IOException {
        return Files.createDirectories(root.resolve("project"));
    }

    private long count() throws IOException {
        String text = Files.readString(project().resolve("count")).strip();
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    /** Stands the run still, leaves it to the watcher and ends the node; what it told. */
    private HandedSandbox leave(Contained node, Sandbox sandbox, int seconds) throws IOException {
        Files.createDirectories(data());
        Files.writeString(handOver(), "kept");
        SandboxHandOver hand = node.host().handOver();
        while (!hand.begun(sandbox)) {
            Thread.onSpinWait();
        }
        assertThat(hand.freeze(List.of(sandbox))).isEmpty();
        HandedSandbox told = hand.tell(sandbox).orElseThrow();
        hand.leave(seconds, handOver());
        node.close();
        // In a node of its own the end of the process, or before it the door, closes the listeners.
        sandbox.network().close();
        return told;
    }

    private static List<Long> processes(Path group) throws IOException {
        Path file = group.resolve("cgroup.procs");
        return Files.exists(file)
                ? Files.readString(file).lines().map(Long::valueOf).toList()
                : List.of();
    }

    @Test
    void aRunGoesOnUnderTheNextNode() throws Exception {
        Contained first = Contained.open(data());
        Sandbox sandbox = first.prepare(project(), "bash", "-c", COUNTING);
        Process process = started(first, sandbox);
        Path group = first.host().parentCgroup().resolve(sandbox.run().id().toString());
        Keeper keeper = first.host().handOver().keeper();
        HandedSandbox told = leave(first, sandbox, KEEP_SECONDS);
        long at = count();
        assertThat(processes(group)).as("nothing was killed").hasSizeGreaterThan(3);
        assertThat(keeper.keeps()).isTrue();

        ConcurrentLinkedQueue<Exec> execs = new ConcurrentLinkedQueue<>();
        Set<UUID> kept = Set.of(told.run().id());
        try (Contained second = Contained.open(data(), execs::add, kept)) {
            Files.delete(handOver());
            Sandbox adopted = second.host().handOver().adopt(told);
            assertThat(adopted.pid()).hasValue(process.pid());
            assertThat(adopted.runId()).isEqualTo(sandbox.runId());
            assertThat(second.host().sandboxes()).containsExactly(adopted);
            assertThat(count()).as("it stands still until it is thawed").isEqualTo(at);
            keeper.release();
            while (keeper.keeps()) {
                Thread.onSpinWait();
            }
            adopted.thaw();

            try (SocketChannel knock = adopted.network().tcp().accept()) {
                OriginalDestination original = new OriginalDestination(second.linux());
                assertThat(original.of(knock).orElseThrow().getHostString())
                        .isEqualTo("203.0.113.9");
            }
            if (second.host().observationMissing().isEmpty()) {
                while (execs.stream().noneMatch(HandOverTest::byHand)) {
                    Thread.onSpinWait();
                }
                assertThat(execs).as("no start of a sandbox is seen again").noneMatch(Exec::ours);
            }
            while (count() <= at) {
                Thread.onSpinWait();
            }
            assertThat(adopted.network().counters()).containsKeys("udp", "icmp");
            assertThatThrownBy(() -> second.host().handOver().adopt(told))
                    .hasMessageContaining("is not free");

            assertThat(adopted.kill().left()).isZero();
            assertThat(process.waitFor()).isEqualTo(128 + 9);
            assertThat(adopted.ended().get(10, TimeUnit.SECONDS)).isSameAs(adopted);
            adopted.close();
            assertThat(group).doesNotExist();
        }
        assertThat(processes(group)).isEmpty();
    }

    private static boolean byHand(Exec exec) {
        return exec.file().endsWith("/true");
    }

    @Test
    void whenNoNodeComesTheWatcherKillsThemInTime() throws Exception {
        Contained node = Contained.open(data());
        Sandbox sandbox = node.prepare(project(), "bash", "-c", COUNTING);
        Process process = started(node, sandbox);
        Path parent = node.host().parentCgroup();
        leave(node, sandbox, 1);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("killed").isTrue();
        while (Files.exists(parent) || Files.exists(handOver())) {
            node.linux().poll(new int[0], new short[0], 20);
        }
    }

    @Test
    void anExpiredWatcherHarmsNoNodeThatCame() throws Exception {
        Contained first = Contained.open(data());
        Sandbox sandbox = first.prepare(project(), "bash", "-c", COUNTING);
        Process old = started(first, sandbox);
        Keeper keeper = first.host().handOver().keeper();
        leave(first, sandbox, 1);
        Files.delete(handOver());
        // Nothing was kept: the next node has killed the old run before the watcher would.
        try (Contained second = Contained.open(data())) {
            assertThat(old.waitFor()).isEqualTo(128 + 9);
            Sandbox fresh = second.prepare(project(), "bash", "-c", COUNTING);
            started(second, fresh);
            while (keeper.keeps()) {
                second.linux().poll(new int[0], new short[0], 20);
            }
            assertThat(fresh.processes()).hasSizeGreaterThan(3);
            assertThat(second.host().parentCgroup()).exists();
        }
    }

    @Test
    void whatARunMadeUnderTheLastNodeIsHeldBackByTheNext() throws Exception {
        Shell.assumeGit();
        String script =
                "git init -q evil; git -C evil config core.fsmonitor x; echo ready; sleep 600";
        Contained first = Contained.open(data());
        Sandbox sandbox = first.prepare(project(), "bash", "-c", script);
        Process process = started(first, sandbox);
        Keeper keeper = first.host().handOver().keeper();
        HandedSandbox told = leave(first, sandbox, KEEP_SECONDS);
        try (Contained second = Contained.open(data(), exec -> {}, Set.of(told.run().id()))) {
            Files.delete(handOver());
            Sandbox adopted = second.host().handOver().adopt(told);
            second.host().handOver().settle();
            keeper.release();
            assertThat(project().resolve(".idea")).as("it stands for the run").exists();
            assertThat(adopted.kill().left()).isZero();
            assertThat(process.waitFor()).isEqualTo(128 + 9);
            assertThat(adopted.holdBack(adopted.scanNow(path -> false)))
                    .singleElement()
                    .asString()
                    .contains("evil/.git/config is now config.held-");
            adopted.close();
            assertThat(project().resolve(".idea")).doesNotExist();
        }
    }

    @Test
    void aRunThatEndedMeanwhileIsNotAdopted() throws Exception {
        Contained first = Contained.open(data());
        Sandbox sandbox = first.prepare(project(), "bash", "-c", COUNTING);
        Process process = started(first, sandbox);
        HandedSandbox told = leave(first, sandbox, KEEP_SECONDS);
        assertThat(process.toHandle().destroyForcibly()).isTrue();
        process.waitFor();
        Set<UUID> kept = Set.of(told.run().id());
        try (Contained second = Contained.open(data(), exec -> {}, kept)) {
            SandboxHandOver hand = second.host().handOver();
            HandedSandbox elsewhere =
                    new HandedSandbox(
                            told.run(),
                            told.workdir(),
                            told.runId(),
                            told.ofCaller(),
                            1,
                            "net:[1]",
                            told.guards(),
                            told.placeholders(),
                            told.ownFolder(),
                            told.starters());
            assertThatThrownBy(() -> hand.adopt(elsewhere))
                    .hasMessageContaining("no process is left in its network");
            hand.giveUp(told.run().id());
            assertThat(second.host().parentCgroup().resolve(told.run().id().toString()))
                    .doesNotExist();
            assertThatThrownBy(() -> hand.adopt(told)).hasMessageContaining("group is gone");
        }
    }
}

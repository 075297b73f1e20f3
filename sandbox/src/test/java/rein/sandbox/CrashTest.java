package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a node is killed, and what its next start does about it. */
class CrashTest {
    private static final int DEAD_MILLIS_MAX = 2_000;

    @TempDir Path root;

    /** A node in a JVM of its own; ends with its standard input. */
    static final class Node {
        private Node() {}

        public static void main(String[] arguments) throws Exception {
            Path root = Path.of(arguments[0]);
            try (Contained contained = Contained.open(root.resolve("data"));
                    Sandbox sandbox =
                            contained.prepare(
                                    root.resolve("project"),
                                    "sh",
                                    "-c",
                                    "setsid sh -c 'sleep 600 & sleep 600' & echo ready; sleep 600")) {
                var _ = Contained.linesUntil(contained.launch(sandbox), "ready");
                System.out.println(contained.host().parentCgroup());
                System.out.println("started");
                var _ = System.in.read();
            }
        }
    }

    private Process node() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Node.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
    }

    private static List<Path> groups(Path parent) throws IOException {
        if (!Files.exists(parent)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory).toList();
        }
    }

    /** The node's group in the version 2 hierarchy, and where it would be in the others. */
    private static List<Path> everywhere(Path parent) {
        CgroupMounts mounts = CgroupMounts.ofHost();
        return Stream.concat(Stream.of(mounts.unified()), mounts.controllers().values().stream())
                .map(hierarchy -> hierarchy.resolve(parent.getFileName()))
                .toList();
    }

    @Test
    void whenTheNodeIsKilledItsRunsDieAndTheirGroupsGo() throws Exception {
        Contained.assumePossible();
        Files.createDirectories(root.resolve("project"));
        Linux linux = Linux.host();
        Process node = node();
        Path parent = Path.of(Contained.linesUntil(node, "started").getLast());
        Path group = groups(parent).getFirst();
        assertThat(Files.readString(group.resolve("cgroup.procs"))).isNotEmpty();
        node.destroyForcibly();
        long deadline = linux.bootTicker().nanos() + DEAD_MILLIS_MAX * 1_000_000L;
        Cgroup run = new Cgroup(linux, linux.bootTicker(), group, List.of());
        assertThat(run.awaitEmpty(deadline)).as("dead within two seconds").isTrue();
        for (Path folder : everywhere(parent)) {
            while (Files.exists(folder)) {
                linux.poll(new int[0], new short[0], 20);
            }
        }
    }

    @Test
    void anOrderlyEndLeavesNothingEither() throws Exception {
        Contained.assumePossible();
        Files.createDirectories(root.resolve("project"));
        Process node = node();
        Path parent = Path.of(Contained.linesUntil(node, "started").getLast());
        node.getOutputStream().close();
        assertThat(node.waitFor()).isZero();
        assertThat(everywhere(parent)).noneMatch(Files::exists);
    }

    @Test
    void theNextStartKillsWhatAWatcherDidNot() throws Exception {
        Contained.assumePossible();
        Path data = root.resolve("data");
        Path parent;
        try (Contained contained = Contained.open(data)) {
            parent = contained.host().parentCgroup();
        }
        Path stale = Files.createDirectories(parent.resolve("stale"));
        Process survivor = new ProcessBuilder("sleep", "600").start();
        KernelFile.write(stale.resolve("cgroup.procs"), Long.toString(survivor.pid()));
        try (Contained contained = Contained.open(data)) {
            assertThat(survivor.waitFor()).isEqualTo(128 + 9);
            assertThat(stale).doesNotExist();
            assertThat(contained.host().sandboxes()).isEmpty();
        }
    }

    @Test
    void aWatcherThatIsKilledIsReplaced() throws Exception {
        try (Contained contained = Contained.open(root.resolve("data"))) {
            long first = contained.host().watcherPid();
            ProcessHandle watcher = ProcessHandle.of(first).orElseThrow();
            assertThat(watcher.destroyForcibly()).isTrue();
            while (contained.host().watcherPid() == first) {
                Thread.onSpinWait();
            }
            assertThat(ProcessHandle.of(contained.host().watcherPid())).isPresent();
        }
    }
}

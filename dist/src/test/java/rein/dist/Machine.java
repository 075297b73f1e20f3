package rein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * This machine as a stranger would have it: a mount namespace with a throw-away layer over its
 * files, in which Java, Maven, the home and this project do not exist, and a network namespace with
 * nothing but loopback. Programs, kernel and cgroups are this machine's.
 */
final class Machine implements AutoCloseable {
    /** No command takes this long, the drill on a loaded machine included. */
    private static final long SECONDS_MAX = 300;

    private static final long POLL_MILLIS = 50;

    /** $1: the layer; $2: what becomes /tmp; the rest: folders that are empty in it. */
    private static final String SET_UP =
            """
            set -e
            layer=$1 tmp=$2
            shift 2
            mount -t tmpfs tmpfs "$layer"
            mkdir "$layer/upper" "$layer/work" "$layer/root"
            mount -t overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" overlay "$layer/root"
            for folder in proc sys dev; do mount --rbind /$folder "$layer/root/$folder"; done
            mount --bind "$tmp" "$layer/root/tmp"
            mount -t tmpfs tmpfs "$layer/root/run"
            for folder; do
              [ ! -d "$layer/root$folder" ] || mount -t tmpfs tmpfs "$layer/root$folder"
            done
            mkdir "$layer/root/old" "$layer/root/layer"
            mount --bind "$layer" "$layer/root/layer"
            cd "$layer/root"
            pivot_root . old
            umount -l /old
            rmdir /old
            ip link set lo up
            echo ready
            read -r end
            """;

    private final Process holder;
    private final Path tmp;

    private Machine(Process holder, Path tmp) {
        this.holder = holder;
        this.tmp = tmp;
    }

    /** How a command ended. */
    record Done(int code, String out, String err) {
        Done ok() {
            return exits(0);
        }

        Done exits(int wanted) {
            assertThat(code).as("%s", this).isEqualTo(wanted);
            return this;
        }
    }

    /**
     * @param folder an existing folder of this test
     */
    static Machine start(Path folder) throws IOException {
        assumeTrue(
                "root".equals(System.getProperty("user.name")), "missing facility: the user root");
        for (String program : List.of("bwrap", "nft", "ip", "setpriv", "nsenter", "unshare")) {
            boolean found =
                    List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
                            .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
            assumeTrue(found, "missing facility: the program " + program);
        }
        Path layer = Files.createDirectory(folder.resolve("layer"));
        Path tmp = Files.createDirectory(folder.resolve("tmp"));
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "--mount", "--net", "--", "bash", "-c", SET_UP, "sh"));
        command.addAll(List.of(layer.toString(), tmp.toString()));
        command.addAll(
                List.of(
                        "/usr/lib/jvm",
                        "/usr/share/maven",
                        System.getProperty("user.home"),
                        System.getProperty("java.home"),
                        Built.PROJECT.toString()));
        Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals("ready")) {
                return new Machine(holder, tmp);
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the namespaces were not made: " + said);
    }

    /** /tmp of this machine, seen from outside. */
    Path tmp() {
        return tmp;
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "-t", "" + holder.pid()));
        whole.addAll(List.of("--mount", "--net", "--", "env", "-i", "-C", "/tmp"));
        whole.add("PATH=/usr/bin:/bin:/usr/sbin:/sbin");
        whole.addAll(command);
        return whole;
    }

    /** Runs a command to its end with an empty environment but for a PATH without Java. */
    Done run(List<String> command) throws IOException {
        return finished(inside(command));
    }

    Done run(String... command) throws IOException {
        return run(List.of(command));
    }

    /** Starts a command that stays, its output in a file. */
    Process start(Path output, List<String> command) throws IOException {
        return new ProcessBuilder(inside(command))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** Waits until a path of the machine exists; as long as its writer lives, who may be slow. */
    void await(String path, Process writer, Path said) throws IOException {
        Path outside = Path.of("/proc/" + holder.pid() + "/root" + path);
        while (!Files.exists(outside)) {
            assertThat(writer.isAlive()).as("%s", Files.readString(said)).isTrue();
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    /** Files, not folders, that were written since the start, as paths of the machine. */
    SortedSet<String> written() throws IOException {
        Path upper = Path.of("/proc/" + holder.pid() + "/root/layer/upper");
        SortedSet<String> written = new TreeSet<>();
        for (Path path : Tree.below(upper)) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                written.add("/" + upper.relativize(path));
            }
        }
        return written;
    }

    /** A command of this machine, outside. */
    static String output(List<String> command) throws IOException {
        return finished(command).ok().out();
    }

    static Done finished(List<String> command) throws IOException {
        Path out = Files.createTempFile("rein-out", "");
        Path err = Files.createTempFile("rein-err", "");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end: " + Files.readString(err));
            }
            return new Done(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        var _ = holder.onExit().join();
    }
}

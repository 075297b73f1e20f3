package rein.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a node leaves on the machine outside its folder, which after its end is nothing. */
final class Traces {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int CGROUP_DEPTH_MAX = 4;
    private static final List<Path> TRACING =
            List.of(
                    Path.of("/sys/kernel/tracing/instances"),
                    Path.of("/sys/kernel/debug/tracing/instances"));
    private static final List<Path> NAMED_NAMESPACES = List.of(Path.of("/run/netns"));

    private Traces() {}

    /** Nothing is left; the kernel takes a moment to reap what was killed. */
    static void vanish(Path data) {
        Await.until("no trace is left: " + of(data), () -> of(data).isEmpty());
    }

    /** Everything that carries the node's name, and every process that uses its folder. */
    static NavigableSet<String> of(Path data) {
        String name = name(data);
        NavigableSet<String> found = new TreeSet<>();
        try {
            if (Files.isDirectory(CGROUPS)) {
                try (Stream<Path> folders =
                        Files.find(
                                CGROUPS,
                                CGROUP_DEPTH_MAX,
                                (path, is) -> is.isDirectory() && path.endsWith(name))) {
                    folders.forEach(folder -> found.add("cgroup " + folder));
                }
            }
            for (Path folder : concat(TRACING, NAMED_NAMESPACES)) {
                if (Files.exists(folder.resolve(name))) {
                    found.add(folder.resolve(name).toString());
                }
            }
            for (Path process : processes()) {
                String command = text(process.resolve("cmdline")).replace('\0', ' ').strip();
                if (command.contains(data.toString())
                        || text(process.resolve("cgroup")).contains(name)) {
                    found.add("process " + process.getFileName() + " " + command);
                }
            }
            Path mounts = Path.of("/proc/self/mounts");
            text(mounts).lines().filter(line -> line.contains(name)).forEach(found::add);
        } catch (UncheckedIOException gone) {
            found.add("a cgroup that goes at this moment: " + gone.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Processes in the runs of the node with this data folder. */
    static List<Long> ofRuns(Path data) {
        String inside = name(data) + "/";
        try {
            List<Long> found = new ArrayList<>();
            for (Path process : processes()) {
                if (text(process.resolve("cgroup")).contains(inside)) {
                    found.add(Long.valueOf(process.getFileName().toString()));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of this host's nftables tables; runs have theirs in their own namespaces. */
    static String tables() {
        return Binary.run(new ProcessBuilder("nft", "list", "tables")).ok().out();
    }

    private static List<Path> concat(List<Path> some, List<Path> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static List<Path> processes() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.filter(path -> path.getFileName().toString().matches("[0-9]+")).toList();
        }
    }

    /** Empty when the process has just ended. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** As a node names its groups: {@code rein-} and eight hex digits of the folder's digest. */
    private static String name(Path data) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(data.toString().getBytes(StandardCharsets.UTF_8));
            return "rein-" + HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}

package rein.server.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import rein.sandbox.WorkdirScan;

/**
 * Files of a work folder that somebody runs later, outside, on purpose ({@code build-scripts.txt}),
 * as they are at one moment. Two such moments are compared when a run has ended.
 *
 * @param digests path → digest of its content, {@code large} for one past the bound
 * @param complete false when there were more than the bounds allow
 */
record BuildScripts(SortedMap<String, String> digests, boolean complete) {
    /** More of them are dependencies that somebody unpacked. */
    static final int FILES_MAX = 2_000;

    private static final int FILE_BYTES_MAX = 1 << 20;

    /** A tenth of a second's reading. */
    private static final long BYTES_MAX = 32L << 20;

    /** Folders of what was fetched or built. */
    private static final Set<String> FETCHED =
            Set.of("node_modules", ".git", "target", "build", "dist", ".venv", "venv", "vendor");

    private static final String EXECUTABLE = "x:";

    private static final List<String> LINES = HostGroups.lines("build-scripts.txt");
    private static final Predicate<String> ALWAYS = table(line -> !line.startsWith(EXECUTABLE));

    /** The table, as a question about a path below the work folder. */
    static Predicate<String> table() {
        return table(line -> true);
    }

    private static Predicate<String> table(Predicate<String> which) {
        List<Predicate<String>> patterns = new ArrayList<>();
        for (String line : LINES.stream().filter(which).toList()) {
            String glob = line.startsWith(EXECUTABLE) ? line.substring(EXECUTABLE.length()) : line;
            PathMatcher matcher =
                    FileSystems.getDefault()
                            .getPathMatcher("glob:" + (glob.endsWith("/*") ? glob + "*" : glob));
            patterns.add(
                    glob.contains("/")
                            ? path -> matcher.matches(Path.of(path))
                            : path -> matcher.matches(Path.of(path).getFileName()));
        }
        return path -> {
            for (Path part : Path.of(path)) {
                if (FETCHED.contains(part.toString())) {
                    return false;
                }
            }
            return patterns.stream().anyMatch(pattern -> pattern.test(path));
        };
    }

    static BuildScripts of(Path workdir, WorkdirScan scan) {
        SortedMap<String, String> digests = new TreeMap<>();
        long left = BYTES_MAX;
        boolean complete = scan.complete();
        for (String path : scan.files()) {
            Path file = workdir.resolve(path);
            if (digests.size() == FILES_MAX || left <= 0) {
                complete = false;
                break;
            }
            try {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && (ALWAYS.test(path) || Files.isExecutable(file))) {
                    left -= Math.min(Files.size(file), FILE_BYTES_MAX);
                    digests.put(path, digest(file));
                }
            } catch (IOException e) {
                // Gone meanwhile, or unreadable for everybody: as if it were not there.
                complete = false;
            }
        }
        return new BuildScripts(digests, complete);
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                return "large, " + Files.size(file);
            }
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Paths that differ, each with what became of it where that is not obvious. */
    List<String> changes(BuildScripts now) {
        List<String> changes = new ArrayList<>();
        SortedMap<String, String> all = new TreeMap<>(digests);
        all.putAll(now.digests);
        for (String path : all.keySet()) {
            if (!digests.containsKey(path)) {
                changes.add(path + " (new)");
            } else if (!now.digests.containsKey(path)) {
                changes.add(path + " (gone)");
            } else if (!String.valueOf(digests.get(path)).equals(now.digests.get(path))) {
                changes.add(path);
            }
        }
        return changes;
    }
}

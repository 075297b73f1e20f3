package rein.server.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Where a command and what it is made of lie, and whether a run sees that place anyway. */
final class Programs {
    private static final List<Path> SEEN =
            List.of(
                    Path.of("/usr"),
                    Path.of("/bin"),
                    Path.of("/sbin"),
                    Path.of("/lib"),
                    Path.of("/lib64"));
    private static final String PACKAGES = "node_modules";

    private final String path;
    private final Path home;
    private final List<Path> readable;

    /**
     * @param path the caller's PATH
     * @param readable the work folder and what {@code --read} names
     */
    Programs(String path, Path home, List<Path> readable) {
        this.path = path;
        this.home = home;
        this.readable = List.copyOf(readable);
    }

    /** The first on the caller's PATH; a command with a slash in it is where it says. */
    Optional<Path> find(String command) {
        if (command.contains("/")) {
            return Optional.of(Path.of(command).toAbsolutePath().normalize())
                    .filter(Programs::isProgram);
        }
        return Arrays.stream(path.split(":", -1))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, command))
                .filter(Programs::isProgram)
                .findFirst();
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    boolean seen(Path program) {
        return seenAt(program) && seenAt(real(program));
    }

    private boolean seenAt(Path file) {
        return SEEN.stream().anyMatch(file::startsWith)
                || readable.stream().anyMatch(file::startsWith);
    }

    /** The folders that a program is made of, for those that a run does not see anyway. */
    NavigableSet<Path> folders(Path program) {
        NavigableSet<Path> folders = new TreeSet<>();
        for (Path file : List.of(program, real(program))) {
            if (!seenAt(file)) {
                folders.add(packageOf(file));
            }
        }
        folders.removeIf(each ->
                folders.stream().anyMatch(other -> !other.equals(each) && each.startsWith(other)));
        return folders;
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file;
        }
    }

    /** All packages that it is installed among, or the prefix of its bin folder, or its folder. */
    private Path packageOf(Path file) {
        for (int i = 0; i < file.getNameCount(); i++) {
            if (file.getName(i).toString().equals(PACKAGES)) {
                return Path.of("/").resolve(file.subpath(0, i + 1));
            }
        }
        Path folder = parent(file);
        Path prefix = parent(folder);
        boolean own =
                folder.endsWith("bin")
                        && prefix.getNameCount() > 1
                        && !home.startsWith(prefix)
                        && !prefix.endsWith(".local");
        return own ? prefix : folder;
    }

    private static Path parent(Path path) {
        return Optional.ofNullable(path.getParent()).orElse(path);
    }
}

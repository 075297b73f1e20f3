package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether a folder may be a run's work folder. */
public sealed interface WorkdirCheck {
    /**
     * It may.
     *
     * @param path without symbolic links
     */
    record Usable(Path path) implements WorkdirCheck {}

    /**
     * It may not.
     *
     * @param sentence for the person who asked
     */
    record Refused(String sentence) implements WorkdirCheck {}

    /** Folders that a run has its own of, or none: nothing of the host is bound below them. */
    List<Path> OWN =
            List.of("/proc", "/sys", "/dev", "/run", "/var/run", "/etc", "/boot").stream()
                    .map(Path::of)
                    .toList();

    /** Folders of the system that are no work folders, though one may lie below them. */
    List<Path> SYSTEM =
            List.of(
                            "/tmp",
                            "/var",
                            "/var/tmp",
                            "/usr",
                            "/opt",
                            "/srv",
                            "/mnt",
                            "/bin",
                            "/sbin",
                            "/lib",
                            "/lib64",
                            "/usr/bin",
                            "/usr/lib",
                            "/usr/sbin",
                            "/usr/share")
                    .stream()
                    .map(Path::of)
                    .toList();

    /**
     * Judges a folder by where it really is.
     *
     * @param data the node's data folder: a run that reaches it could rewrite its own record
     * @param home the caller's home: it holds keys and what later runs outside
     */
    static WorkdirCheck of(Path workdir, Path data, Path home) {
        Path real;
        Path realData;
        Path realHome;
        try {
            real = workdir.toRealPath();
            realData = realOrAbsolute(data);
            realHome = realOrAbsolute(home);
        } catch (IOException e) {
            return new Refused("The work folder " + workdir + " does not exist or is unreadable.");
        }
        if (!Files.isDirectory(real)) {
            return new Refused("The work folder " + real + " is not a folder.");
        }
        if (real.getParent() == null) {
            return new Refused("The work folder may not be /. Choose the project's own folder.");
        }
        if (realData.startsWith(real)) {
            return new Refused(
                    "The work folder "
                            + real
                            + " is or contains Rein's data folder "
                            + realData
                            + "; a run could rewrite its own record. Choose another folder.");
        }
        if (real.startsWith(realData)) {
            return new Refused(
                    "The work folder "
                            + real
                            + " lies in Rein's data folder "
                            + realData
                            + ". Choose another folder.");
        }
        if (realHome.startsWith(real)) {
            return new Refused(
                    "The work folder "
                            + real
                            + " is or contains your home, with its keys and settings. Choose the "
                            + "project's own folder.");
        }
        if (SYSTEM.contains(real) || OWN.stream().anyMatch(real::startsWith)) {
            return new Refused(
                    "The work folder " + real + " belongs to the system. Choose another folder.");
        }
        return new Usable(real);
    }

    private static Path realOrAbsolute(Path path) throws IOException {
        return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
    }
}

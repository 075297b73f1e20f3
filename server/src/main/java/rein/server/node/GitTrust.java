package rein.server.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.NavigableSet;
import java.util.TreeSet;
import rein.server.http.ProblemException;

/**
 * Whose git remotes are believed. In a run an existing {@code .git/config} is read-only; where
 * there was none, the run could have written one and so granted its successor a forge. Such a work
 * folder is remembered, and its remotes grant nothing.
 */
public final class GitTrust {
    private final Path folder;

    /**
     * @param folder where a marker lies for each work folder that had no git configuration when a
     *     run began
     */
    public GitTrust(Path folder) {
        this.folder = folder;
    }

    /** The forges that this work folder grants a run that begins now. */
    NavigableSet<String> forges(Path workdir) {
        Path marker = folder.resolve(digest(workdir));
        if (Files.exists(marker)) {
            return new TreeSet<>();
        }
        if (Files.isRegularFile(workdir.resolve(".git").resolve("config"))) {
            return HostGroups.forgesOf(workdir);
        }
        try {
            Files.writeString(Files.createFile(marker), workdir + "\n");
        } catch (FileAlreadyExistsException e) {
            // Another run of the same folder was faster; the marker is what counts.
            return new TreeSet<>();
        } catch (IOException e) {
            throw new ProblemException(
                    503,
                    "no-marker",
                    "The work folder could not be remembered: " + ProblemException.why(e));
        }
        return new TreeSet<>();
    }

    /** The forges that it would grant; nothing is remembered. */
    NavigableSet<String> granted(Path workdir) {
        return Files.exists(folder.resolve(digest(workdir)))
                ? new TreeSet<>()
                : HostGroups.forgesOf(workdir);
    }

    private static String digest(Path workdir) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(workdir.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

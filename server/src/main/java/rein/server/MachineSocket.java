package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import rein.sandbox.SandboxHost;

/**
 * Where the ordinary users of a machine find a node that is root's, whose data folder is closed to
 * them: {@code /run/rein/<name>.sock}. Everybody may connect; the kernel says who does, and policy
 * what they may.
 */
public final class MachineSocket {
    /** Only root can make it, so whoever connects below it reaches a node of root's. */
    private static final Path FOLDER = Path.of("/run/rein");

    /** Where root keeps the node of a machine when nothing says otherwise: service, then person. */
    private static final List<Path> USUAL =
            List.of(Path.of("/var/lib/rein"), Path.of("/root/.rein"));

    private MachineSocket() {}

    /** The socket of the node with this data folder. */
    public static Path of(Path dataFolder) {
        return FOLDER.resolve(SandboxHost.name(dataFolder) + ".sock");
    }

    /** The sockets of this machine's usual nodes, the one to ask first in front. */
    public static List<Path> usual() {
        return USUAL.stream().map(MachineSocket::of).toList();
    }

    /** Whether a socket is one of root's. */
    public static boolean is(Path socket) {
        return socket.startsWith(FOLDER);
    }

    /** The folder below which each run of an ordinary caller has one for the node's last word. */
    static Path words(Path dataFolder) {
        return FOLDER.resolve(SandboxHost.name(dataFolder) + ".words");
    }

    /**
     * A folder for certificates, which are no secret: the launchers of ordinary callers open them.
     */
    static Path trust(Path dataFolder) throws IOException {
        Path trust =
                Files.createDirectories(FOLDER.resolve(SandboxHost.name(dataFolder) + ".trust"));
        Files.setPosixFilePermissions(trust, PosixFilePermissions.fromString("rwxr-xr-x"));
        return trust;
    }

    /** Makes what is around the socket, and takes away a socket that an earlier node left. */
    static void prepare(Path dataFolder) throws IOException {
        Files.createDirectories(FOLDER);
        Files.setPosixFilePermissions(FOLDER, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path words = words(dataFolder);
        Files.createDirectories(words);
        // Nobody can list whose runs there are.
        Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rwx--x--x"));
        Files.deleteIfExists(of(dataFolder));
    }

    /** Connecting needs the right to write (unix(7)). */
    static void open(Path socket) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    /** When the node ends: nothing of it stays. */
    static void remove(Path dataFolder) throws IOException {
        Files.deleteIfExists(of(dataFolder));
        for (Path folder : List.of(words(dataFolder), trust(dataFolder))) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}

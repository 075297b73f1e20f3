package rein.registry;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * As whom PostgreSQL runs. It refuses to run as root, and Rein's data folder is closed to everybody
 * else, so a root Rein gives it a user id of its own, a mount namespace in which only its own
 * folder appears (at {@code /tmp}, a folder that every Linux has), and an empty network namespace.
 */
sealed interface PostgresAccount {
    /**
     * The dedicated user and group id, one that systemd's table of ids leaves to nobody
     * (systemd.io/UIDS-GIDS: 60706 to 61183 is unused).
     */
    int DEDICATED_UID = 60_900;

    /** Where PostgreSQL sees its own folder, when it runs in a mount namespace. */
    Path SEEN_AT = Path.of("/tmp");

    /** In a mount namespace of its own: $1 is PostgreSQL's folder, the rest the program. */
    String MOUNT_SCRIPT =
            "mount --bind \"$1/passwd\" /etc/passwd && mount --bind \"$1\" "
                    + SEEN_AT
                    + " && shift && exec \"$@\"";

    long GETENT_SECONDS_MAX = 10;

    /** Rein runs as root: PostgreSQL runs as {@link #DEDICATED_UID}. */
    record Dedicated(int uid) implements PostgresAccount {}

    /** Rein runs as an ordinary user: PostgreSQL runs as the same one. */
    record Own() implements PostgresAccount {}

    /**
     * The account that fits the user who runs Rein.
     *
     * @throws RegistryException START_FAILED when the dedicated id is taken by a user of this host
     */
    static PostgresAccount choose() throws RegistryException {
        try {
            if (DataFolder.processUid() != 0) {
                return new Own();
            }
            Command named =
                    Command.run(
                            List.of("getent", "passwd", Integer.toString(DEDICATED_UID)),
                            "",
                            GETENT_SECONDS_MAX);
            checkUnnamed(named);
            return new Dedicated(DEDICATED_UID);
        } catch (IOException e) {
            throw new RegistryException(
                    RegistryException.Code.START_FAILED,
                    "Could not ask who user id "
                            + DEDICATED_UID
                            + " is (getent passwd): "
                            + e.getMessage(),
                    e);
        }
    }

    /** getent(1): 0 = there is such a user, 2 = there is none. */
    static void checkUnnamed(Command getent) throws RegistryException {
        if (getent.status() != 2) {
            throw new RegistryException(
                    RegistryException.Code.START_FAILED,
                    "PostgreSQL would run as user id "
                            + DEDICATED_UID
                            + ", but that is a user of this host ("
                            + getent.output()
                            + "): set database-url to a PostgreSQL of your own.");
        }
    }

    /**
     * The command that runs a PostgreSQL program as this account: in a session of its own (so that
     * Ctrl-C on the terminal is Rein's to handle) and interrupted when the thread that started it
     * ends (prctl(2), PR_SET_PDEATHSIG; SIGINT is PostgreSQL's fast shutdown).
     */
    default List<String> command(PostgresFolder layout, List<String> program) {
        List<String> command = new ArrayList<>();
        command.add("setsid");
        switch (this) {
            case Dedicated(int uid) -> {
                command.addAll(List.of("unshare", "--mount", "--net", "--", "sh", "-c"));
                command.addAll(List.of(MOUNT_SCRIPT, "sh", layout.root().toString()));
                command.addAll(List.of("setpriv", "--reuid", Integer.toString(uid)));
                command.addAll(List.of("--regid", Integer.toString(uid), "--clear-groups"));
                command.addAll(List.of("--bounding-set=-all", "--inh-caps=-all"));
            }
            case Own() -> command.add("setpriv");
        }
        command.addAll(List.of("--no-new-privs", "--pdeathsig", "INT"));
        command.addAll(program);
        return command;
    }

    /** How PostgreSQL names a file of its folder. */
    default String seen(PostgresFolder layout, Path path) {
        return switch (this) {
            case Dedicated(int _) -> SEEN_AT.resolve(layout.root().relativize(path)).toString();
            case Own() -> path.toString();
        };
    }

    /** Creates the folders, with the owners and modes that {@link PostgresFolder} names. */
    default void prepare(PostgresFolder layout) throws IOException {
        // 0711: PostgreSQL must pass through; the data folder above is 0700, so nobody else can.
        folder(layout.root(), this instanceof Dedicated ? "rwx--x--x" : "rwx------");
        folder(layout.binaries(), "rwxr-xr-x");
        folder(layout.log(), "rwx------");
        own(folder(layout.server(), "rwx------"));
        own(folder(layout.socketFolder(), "rwx------"));
        if (this instanceof Dedicated(int uid)) {
            // initdb asks for the name of its user id; the host has none for it.
            Files.writeString(
                    layout.passwd(),
                    "root:x:0:0::/:/bin/false\nrein-postgres:x:%d:%d::/:/bin/false\n"
                            .formatted(uid, uid));
            Files.setPosixFilePermissions(
                    layout.passwd(), PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    /** Gives a file or folder to the account; links are not followed. */
    default void own(Path path) throws IOException {
        if (this instanceof Dedicated(int uid)) {
            Files.setAttribute(path, "unix:uid", uid, NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", uid, NOFOLLOW_LINKS);
        }
    }

    private static Path folder(Path path, String mode) throws IOException {
        if (!Files.isDirectory(path, NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        return path;
    }

    /** Writes a new file that only its owner may read; fails when it exists. */
    static void writeSecret(Path path, String text) throws IOException {
        Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(path, text, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    }
}

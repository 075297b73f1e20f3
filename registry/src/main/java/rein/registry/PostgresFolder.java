package rein.registry;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where the embedded PostgreSQL keeps what, below {@code <data folder>/postgres}:
 *
 * <pre>
 * binaries/         unpacked programs, one folder per archive        Rein's, read-only for PostgreSQL
 * server/cluster    the database itself                              PostgreSQL's, 0700
 * server/socket     its Unix socket, the only way in                 PostgreSQL's, 0700
 * log/              what it says, rotated by us                      Rein's, 0700
 * password          of the role {@code rein} that Rein works as      Rein's, 0600
 * superuser-password  of the role {@code postgres}, for maintenance  Rein's, 0600
 * passwd            names its user id inside its mount namespace     Rein's
 * </pre>
 *
 * @param root as the JVM sees it
 */
record PostgresFolder(Path root) {
    /** {@code sun_path} of unix(7) holds 108 bytes, the last of them NUL. */
    static final int SOCKET_PATH_BYTES_MAX = 107;

    private static final String SOCKET_NAME = ".s.PGSQL.5432";

    Path binaries() {
        return root.resolve("binaries");
    }

    Path server() {
        return root.resolve("server");
    }

    Path cluster() {
        return server().resolve("cluster");
    }

    /** Renamed to {@link #cluster} when complete, so that a torn set-up is never taken for one. */
    Path newCluster() {
        return server().resolve("cluster.new");
    }

    Path socketFolder() {
        return server().resolve("socket");
    }

    Path socket() {
        return socketFolder().resolve(SOCKET_NAME);
    }

    Path log() {
        return root.resolve("log");
    }

    Path password() {
        return root.resolve("password");
    }

    Path superuserPassword() {
        return root.resolve("superuser-password");
    }

    Path passwd() {
        return root.resolve("passwd");
    }

    void checkSocketPath() throws RegistryException {
        int bytes = socket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > SOCKET_PATH_BYTES_MAX) {
            throw DataFolder.unusable(
                    root,
                    "has too long a name: the path of PostgreSQL's socket would be "
                            + bytes
                            + " bytes, and Linux allows "
                            + SOCKET_PATH_BYTES_MAX
                            + "; set REIN_HOME to a folder whose path is "
                            + (bytes - SOCKET_PATH_BYTES_MAX)
                            + " bytes shorter");
        }
    }
}

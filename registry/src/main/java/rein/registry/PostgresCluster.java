package rein.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes the database cluster on the first start, and checks that it is ours on later ones. */
final class PostgresCluster {
    /**
     * initdb takes 2 s on an idle machine and writes 39 MB; a slow disk may take ten times that.
     */
    private static final long SET_UP_SECONDS_MAX = 120;

    private static final int PASSWORD_BYTES = 32;

    /** What went wrong stands at the end of what initdb says. */
    private static final int MESSAGE_CHARS_MAX = 400;

    private PostgresCluster() {}

    /**
     * Makes the cluster unless it is there.
     *
     * @throws RegistryException VERSION when the cluster is of another major version, START_FAILED
     *     when it cannot be made
     */
    static void createOnce(
            PostgresFolder layout,
            PostgresAccount account,
            PostgresBinaries binaries,
            RandomGenerator random)
            throws RegistryException {
        try {
            if (Files.isDirectory(layout.cluster())) {
                checkVersion(layout);
                return;
            }
            PostgresBinaries.delete(layout.newCluster());
            Files.deleteIfExists(layout.password());
            Files.deleteIfExists(layout.superuserPassword());
            PostgresAccount.writeSecret(layout.password(), password(random));
            PostgresAccount.writeSecret(layout.superuserPassword(), password(random));
            initdb(layout, account, binaries);
            createDatabase(layout, account, binaries);
            Files.move(layout.newCluster(), layout.cluster(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new RegistryException(
                    RegistryException.Code.START_FAILED,
                    "The embedded PostgreSQL could not be set up in "
                            + layout.root()
                            + " ("
                            + DataFolder.reason(e)
                            + ").",
                    e);
        }
    }

    private static void checkVersion(PostgresFolder layout) throws IOException, RegistryException {
        Path file = layout.cluster().resolve("PG_VERSION");
        String version = Files.exists(file) ? Files.readString(file).strip() : "unknown";
        if (!version.equals(PostgresBinaries.MAJOR_VERSION)) {
            throw new RegistryException(
                    RegistryException.Code.VERSION,
                    "The data in "
                            + layout.cluster()
                            + " is of PostgreSQL version "
                            + version
                            + ", and this release brings "
                            + PostgresBinaries.MAJOR_VERSION
                            + ": start the release that wrote it, or set REIN_HOME to another"
                            + " folder.");
        }
    }

    private static void initdb(
            PostgresFolder layout, PostgresAccount account, PostgresBinaries binaries)
            throws IOException, RegistryException {
        Path passwordCopy = layout.server().resolve("initdb-password");
        Files.deleteIfExists(passwordCopy);
        try {
            PostgresAccount.writeSecret(passwordCopy, Files.readString(layout.superuserPassword()));
            account.own(passwordCopy);
            // The builtin locale orders by code point and changes with no library (initdb(1)).
            run(
                    layout,
                    account,
                    List.of(
                            account.seen(layout, binaries.initdb()),
                            "--pgdata=" + account.seen(layout, layout.newCluster()),
                            "--username=postgres",
                            "--auth=scram-sha-256",
                            "--pwfile=" + account.seen(layout, passwordCopy),
                            "--encoding=UTF8",
                            "--locale-provider=builtin",
                            "--locale=C",
                            "--builtin-locale=C.UTF-8"),
                    "");
        } finally {
            Files.deleteIfExists(passwordCopy);
        }
    }

    /** Rein works as a role that is no superuser, in a database of its own. */
    private static void createDatabase(
            PostgresFolder layout, PostgresAccount account, PostgresBinaries binaries)
            throws IOException, RegistryException {
        String password = Files.readString(layout.password());
        String statements =
                "CREATE ROLE rein LOGIN PASSWORD '%s'\nCREATE DATABASE rein OWNER rein\n"
                        .formatted(password);
        String output =
                run(
                        layout,
                        account,
                        List.of(
                                account.seen(layout, binaries.postgres()),
                                "--single",
                                "-D",
                                account.seen(layout, layout.newCluster()),
                                "-c",
                                "log_min_error_statement=panic",
                                "postgres"),
                        statements);
        if (output.contains("ERROR:") || output.contains("FATAL:")) {
            throw failed(output);
        }
    }

    private static String run(
            PostgresFolder layout, PostgresAccount account, List<String> program, String input)
            throws IOException, RegistryException {
        Command done = Command.run(account.command(layout, program), input, SET_UP_SECONDS_MAX);
        if (!done.succeeded()) {
            throw failed(done.output());
        }
        return done.output();
    }

    private static RegistryException failed(String output) {
        return new RegistryException(
                RegistryException.Code.START_FAILED,
                "The embedded PostgreSQL could not be set up: "
                        + tail(output.strip().replaceAll("\\s*\\R\\s*", " / "))
                        + ". Repair that, or set database-url to a PostgreSQL of your own.");
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - MESSAGE_CHARS_MAX));
    }

    private static String password(RandomGenerator random) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts, restarts, crashes: the real programs in a temporary folder. */
final class EmbeddedPostgresTest {
    @TempDir Path temporary;
    private DataFolder folder;

    @BeforeEach
    void open() throws RegistryException {
        folder = DataFolder.open(temporary.resolve("rein"));
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void aRestartFindsEverythingAgain() throws Exception {
        SecureRandom random = new SecureRandom();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, random)) {
            execute(postgres, "CREATE TABLE kept (what text)");
            execute(postgres, "INSERT INTO kept VALUES ('this')");
        }
        Path binaries = new PostgresFolder(folder.path().resolve("postgres")).binaries();
        Object unpacked = inodes(binaries);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, random)) {
            assertThat(text(postgres, "SELECT what FROM kept")).isEqualTo("this");
            assertThat(postgres.orphansStopped()).isZero();
            assertThat(inodes(binaries)).as("not unpacked again").isEqualTo(unpacked);
        }
    }

    @Test
    void itIsAsSafeAsSaid() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, new SecureRandom())) {
            assertThat(text(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(text(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(text(postgres, "SHOW listen_addresses")).isEmpty();
            assertThat(text(postgres, "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(text(postgres, "SHOW data_checksums")).isEqualTo("on");
            assertThat(text(postgres, "SELECT usesuper FROM pg_user WHERE usename = 'rein'"))
                    .isEqualTo("f");
            assertThat(
                            Files.readAllLines(
                                    folder.path().resolve("postgres/server/cluster/pg_hba.conf")))
                    .filteredOn(line -> !line.startsWith("#") && !line.isBlank())
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith("scram-sha-256"));
            assertThat(mode("postgres/server")).isEqualTo("rwx------");
            assertThat(mode("postgres/server/cluster")).isEqualTo("rwx------");
            assertThat(mode("postgres/server/socket")).isEqualTo("rwx------");
            assertThat(mode("postgres/password")).isEqualTo("rw-------");
            assertThat(mode("postgres/superuser-password")).isEqualTo("rw-------");

            DatabaseAddress wrong =
                    DatabaseAddress.unixSocket(
                            new PostgresFolder(folder.path().resolve("postgres")).socket(),
                            "rein",
                            "guess");
            assertThatThrownBy(() -> Database.open(wrong, List.of()))
                    .isInstanceOf(RegistryException.class)
                    .extracting(e -> ((RegistryException) e).code())
                    .isEqualTo(RegistryException.Code.UNAVAILABLE);
            if (DataFolder.processUid() == 0) {
                String status = Files.readString(Path.of("/proc/" + postgres.pid() + "/status"));
                assertThat(status)
                        .containsPattern("Uid:\\s+60900\\s+60900\\s+60900\\s+60900")
                        .containsPattern("CapBnd:\\s+0000000000000000")
                        .containsPattern("NoNewPrivs:\\s+1");
                assertThat(Files.readString(Path.of("/proc/" + postgres.pid() + "/net/dev")))
                        .as("no network but its own loopback")
                        .doesNotContain("eth0");
            }
        }
    }

    @Test
    void aKilledNodeTakesItsPostgresWithIt() throws Exception {
        Process node = startNode();
        long postmaster = readPid(node);
        ProcessHandle handle = ProcessHandle.of(postmaster).orElseThrow();
        node.destroyForcibly().waitFor();
        handle.onExit().get(20, TimeUnit.SECONDS);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, new SecureRandom())) {
            assertThat(text(postgres, "SELECT what FROM kept")).isEqualTo("from the node");
        }
    }

    /** As if the parent-death signal had been lost: it runs on, and nobody is its parent. */
    @Test
    void anOrphanIsStoppedFirst() throws Exception {
        EmbeddedPostgres.start(folder, new SecureRandom()).close();
        PostgresFolder layout = new PostgresFolder(folder.path().resolve("postgres"));
        Process orphan = new ProcessBuilder(withoutDeathSignal(layout)).start();
        try (BufferedReader said = orphan.errorReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            while (line != null && !line.contains("ready to accept")) {
                line = said.readLine();
            }
        }
        assertThat(PostgresOrphan.find(layout))
                .extracting(ProcessHandle::pid)
                .contains(orphan.pid());
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, new SecureRandom())) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(postgres.orphansStopped()).isPositive();
            assertThat(text(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aReusedProcessNumberIsNotSignalled() throws Exception {
        EmbeddedPostgres.start(folder, new SecureRandom()).close();
        Process stranger = new ProcessBuilder("sleep", "300").start();
        try {
            Path pidFile = folder.path().resolve("postgres/server/cluster/postmaster.pid");
            Files.writeString(
                    pidFile, stranger.pid() + "\n/tmp/server/cluster\n0\n5432\n\n\n0 0\nready\n");
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, new SecureRandom())) {
                assertThat(stranger.isAlive()).isTrue();
                assertThat(postgres.orphansStopped()).isZero();
                assertThat(text(postgres, "SELECT 1")).isEqualTo("1");
            }
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void dataOfAnotherVersionIsRefused() throws Exception {
        Path cluster = Files.createDirectories(folder.path().resolve("postgres/server/cluster"));
        Files.writeString(cluster.resolve("PG_VERSION"), "14\n");
        assertRefused(RegistryException.Code.VERSION, "is of PostgreSQL version 14");
    }

    @Test
    void aPathTooLongForASocketIsRefused() throws Exception {
        folder.close();
        folder = DataFolder.open(temporary.resolve("long".repeat(25)));
        assertRefused(RegistryException.Code.FOLDER_UNUSABLE, "Linux allows 107");
    }

    @Test
    void anUnknownArchitectureIsRefused() {
        assertThatThrownBy(() -> PostgresBinaries.archiveFor("riscv64"))
                .hasMessageContaining("no embedded PostgreSQL for riscv64")
                .hasMessageContaining("database-url");
    }

    @Test
    void aTornSetUpIsDoneAgain() throws Exception {
        Path torn = Files.createDirectories(folder.path().resolve("postgres/server/cluster.new"));
        Files.writeString(torn.resolve("PG_VERSION"), "18\n");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, new SecureRandom())) {
            assertThat(text(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    private void assertRefused(RegistryException.Code code, String text) {
        assertThatThrownBy(() -> EmbeddedPostgres.start(folder, new SecureRandom()).close())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(text)
                .hasMessageNotContaining("\n")
                .extracting(e -> ((RegistryException) e).code())
                .isEqualTo(code);
    }

    private String mode(String path) throws IOException {
        return java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.path().resolve(path)));
    }

    private static Object inodes(Path binaries) throws IOException {
        try (Stream<Path> files = Files.list(binaries)) {
            return files.map(EmbeddedPostgresTest::inode).toList();
        }
    }

    private static Object inode(Path path) {
        try {
            return Files.getAttribute(path, "unix:ino");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void execute(EmbeddedPostgres postgres, String statement) throws Exception {
        try (Database database = Database.open(postgres.address(), List.of());
                Connection connection = database.dataSource().getConnection();
                Statement prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    private static String text(EmbeddedPostgres postgres, String query)
            throws RegistryException, SQLException {
        try (Database database = Database.open(postgres.address(), List.of());
                Connection connection = database.dataSource().getConnection();
                Statement prepared = connection.createStatement();
                ResultSet rows = prepared.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    /** The command of a start, but that nothing ties it to its parent. */
    private List<String> withoutDeathSignal(PostgresFolder layout) throws RegistryException {
        PostgresBinaries binaries = PostgresBinaries.unpackOnce(layout, PostgresBinaries.X86_64);
        return EmbeddedPostgres.command(layout, PostgresAccount.choose(), binaries).stream()
                .filter(word -> !word.equals("--pdeathsig") && !word.equals("INT"))
                .toList();
    }

    private Process startNode() throws IOException {
        folder.close();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Node.class.getName(),
                        folder.path().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private long readPid(Process node) throws Exception {
        String line = node.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(line).isNotNull();
        return Long.parseLong(line);
    }

    /** A process of its own that can be killed. */
    static final class Node {
        private Node() {}

        public static void main(String[] arguments) throws Exception {
            DataFolder folder = DataFolder.open(Path.of(arguments[0]));
            EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, new SecureRandom());
            execute(postgres, "CREATE TABLE kept (what text)");
            execute(postgres, "INSERT INTO kept VALUES ('from the node')");
            System.out.println(postgres.pid());
            Thread.currentThread().join();
        }
    }
}

package rein.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A PostgreSQL of our own for one machine: unpacked, set up, started and stopped by us, reachable
 * only through a Unix socket in a closed folder. For trial and for one machine; a fleet names an
 * external server.
 *
 * <p>Owns the process and one platform thread; {@link #close} ends both. Close the {@link Database}
 * first. Safe for any thread.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    /** What differs from PostgreSQL's defaults, in the order of postgresql.conf. */
    private static final List<String> SETTINGS =
            List.of(
                    "listen_addresses=",
                    "unix_socket_permissions=0700",
                    "max_connections=40", // twice the pools of one process, and maintenance
                    "password_encryption=scram-sha-256",
                    "shared_buffers=32MB",
                    "huge_pages=off",
                    "work_mem=4MB",
                    "maintenance_work_mem=32MB",
                    "max_worker_processes=2",
                    "max_logical_replication_workers=0",
                    "max_parallel_workers_per_gather=0",
                    "io_method=sync", // three processes fewer; our reads are small
                    "fsync=on",
                    "synchronous_commit=on",
                    "full_page_writes=on",
                    "wal_level=minimal", // there is no replica
                    "max_wal_senders=0",
                    "max_wal_size=256MB",
                    "logging_collector=off", // we read and bound what it says
                    "log_destination=stderr",
                    "log_checkpoints=off",
                    "log_error_verbosity=terse", // no row contents in the log
                    "lc_messages=C");

    private final PostgresFolder layout;
    private final Postmaster postmaster;
    private final int orphansStopped;

    private EmbeddedPostgres(PostgresFolder layout, Postmaster postmaster, int orphansStopped) {
        this.layout = layout;
        this.postmaster = postmaster;
        this.orphansStopped = orphansStopped;
    }

    /**
     * Unpacks and sets up on the first start, ends what an earlier crash left, starts, and returns
     * when connections are accepted. Takes about 4 s the first time and under 1 s later.
     *
     * <p>Call it on a platform thread: the programs that set up the database end with the thread
     * that started them, and a virtual thread's carrier may end at any time.
     *
     * @param folder held by the caller for as long as this runs
     * @param random for the passwords; a {@link java.security.SecureRandom}
     * @throws RegistryException BINARIES_MISSING, FOLDER_UNUSABLE, VERSION or START_FAILED
     */
    public static EmbeddedPostgres start(DataFolder folder, RandomGenerator random)
            throws RegistryException {
        PostgresBinaries.Archive archive =
                PostgresBinaries.archiveFor(System.getProperty("os.arch"));
        PostgresFolder layout = new PostgresFolder(folder.folder("postgres"));
        layout.checkSocketPath();
        PostgresAccount account = PostgresAccount.choose();
        try {
            account.prepare(layout);
        } catch (IOException e) {
            throw DataFolder.unusable(
                    layout.root(), "cannot be prepared (" + DataFolder.reason(e) + ")", e);
        }
        PostgresBinaries binaries = PostgresBinaries.unpackOnce(layout, archive);
        int orphans = PostgresOrphan.stop(layout);
        PostgresCluster.createOnce(layout, account, binaries, random);
        return new EmbeddedPostgres(
                layout,
                Postmaster.start(command(layout, account, binaries), new PostgresLog(layout.log())),
                orphans);
    }

    static List<String> command(
            PostgresFolder layout, PostgresAccount account, PostgresBinaries binaries) {
        List<String> program = new ArrayList<>();
        program.add(account.seen(layout, binaries.postgres()));
        program.addAll(List.of("-D", account.seen(layout, layout.cluster())));
        program.addAll(
                List.of(
                        "-c",
                        "unix_socket_directories=" + account.seen(layout, layout.socketFolder())));
        for (String setting : SETTINGS) {
            program.addAll(List.of("-c", setting));
        }
        return account.command(layout, program);
    }

    /**
     * How to reach it.
     *
     * @throws RegistryException FOLDER_UNUSABLE when the password file is gone
     */
    public DatabaseAddress address() throws RegistryException {
        try {
            return DatabaseAddress.unixSocket(
                    layout.socket(), "rein", Files.readString(layout.password()));
        } catch (IOException e) {
            throw DataFolder.unusable(
                    layout.password(), "cannot be read (" + DataFolder.reason(e) + ")", e);
        }
    }

    /** The postmaster's process id on this host. */
    public long pid() {
        return postmaster.pid();
    }

    public boolean isAlive() {
        return postmaster.isAlive();
    }

    /** How many processes of an earlier crash were ended by this start; for the log. */
    public int orphansStopped() {
        return orphansStopped;
    }

    /** Fast shutdown, at most 15 s. Idempotent. */
    @Override
    public void close() {
        postmaster.stop();
    }
}

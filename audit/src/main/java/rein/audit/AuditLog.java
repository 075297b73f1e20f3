package rein.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.RecordRefusedException.Code;
import rein.vocabulary.Recorder;
import rein.vocabulary.Tenant;
import rein.vocabulary.Ticker;
import rein.vocabulary.Uuid7;

/**
 * One log: records that are durable when {@link #append} returns, a Merkle tree over them (RFC 9162
 * §2.1) in the layout of C2SP tlog-tiles, and signed checkpoints. Safe for any thread; owns two
 * platform threads, a lock on the folder and the open files until {@link #close}.
 *
 * <p>Under the folder: {@code checkpoint}, {@code tile/…}, {@code pending/…} (what is written
 * first; {@link Frame}), {@code lock}.
 */
public final class AuditLog implements Recorder, AutoCloseable {
    /** How long the end waits for each thread: the disk may be slow, but not for ever. */
    private static final long CLOSE_MILLIS_MAX = 30_000;

    /** How long {@link #checkpoint} waits: several forced writes on a slow disk. */
    private static final long CHECKPOINT_WAIT_MILLIS_MAX = 10_000;

    /**
     * Where a log lies and how it is kept.
     *
     * @param folder of this log alone; created if absent
     * @param keyFile of this log alone; created (0600) with a new log
     * @param node names the writer; letters, digits, dots, dashes and underscores
     * @param boot the kernel's boot id, {@code /proc/sys/kernel/random/boot_id}
     * @param reserveBytes room kept ready for stop records; see {@link #RESERVE_BYTES}
     */
    public record Settings(
            Path folder,
            Path keyFile,
            Tenant tenant,
            String node,
            UUID boot,
            Durability durability,
            long reserveBytes) {
        public Settings {
            if (!node.matches("[A-Za-z0-9._-]{1,128}")) {
                throw new IllegalArgumentException("not a node name: '" + node + "'");
            }
            if (reserveBytes < 0 || reserveBytes > 1L << 40) {
                throw new IllegalArgumentException("reserve of " + reserveBytes + " bytes");
            }
        }

        /** The log's name, {@code <trust-domain>/<node>}. */
        public String origin() {
            return tenant.trustDomain() + "/" + node;
        }
    }

    /** Room for the records of 1,000 stops: 16 MiB. */
    public static final long RESERVE_BYTES = Reserve.BYTES;

    private final Settings settings;
    private final LogFiles files;
    private final ContentKeeper keeper;
    private final InstantSource clock;
    private final Ticker ticker;
    private final LogKey key;
    private final Reserve reserve;
    private final Intake intake = new Intake();
    private final PendingLog pending;
    private final Sealer sealer;
    private final Writer writer;
    private final FileChannel lockChannel;
    private final Subscribers subscribers = new Subscribers();
    private final Thread writing;
    private final Thread sealing;

    /**
     * Opens a log, or begins one; finds the end of a log that was cut off by a crash, and goes on
     * behind it. Appends {@code LOG_OPENED}.
     *
     * @param content where drafts' content goes; without it, drafts with content are refused
     */
    public static AuditLog open(
            Settings settings,
            LogFiles files,
            Optional<ContentStore> content,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random)
            throws AuditException {
        FileChannel lock = FolderLock.take(settings.folder());
        try {
            return opened(settings, files, content, clock, ticker, random, lock);
        } catch (NoRoomException e) {
            FolderLock.release(lock);
            throw new AuditException(
                    AuditException.Code.DISK_FULL,
                    "There is no room to open the audit log "
                            + settings.origin()
                            + ". Free some and start again.",
                    e);
        } catch (NoSuchFileException e) {
            FolderLock.release(lock);
            throw new AuditException(
                    AuditException.Code.DAMAGED,
                    "A part of the audit log is missing: "
                            + e.getMessage()
                            + ". Restore the folder, or move it away to begin a new log.",
                    e);
        } catch (IOException e) {
            FolderLock.release(lock);
            throw new AuditException(
                    AuditException.Code.IO,
                    "The audit log "
                            + settings.origin()
                            + " cannot be opened: "
                            + e.getMessage()
                            + ". Check the disk.",
                    e);
        } catch (AuditException | RuntimeException e) {
            FolderLock.release(lock);
            throw e;
        }
    }

    private static AuditLog opened(
            Settings settings,
            LogFiles files,
            Optional<ContentStore> content,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random,
            FileChannel lock)
            throws IOException, AuditException {
        Path folder = settings.folder();
        Path checkpointFile = folder.resolve("checkpoint");
        boolean signedBefore = Files.exists(checkpointFile);
        LogKey key = LogKey.at(settings.keyFile(), settings.origin(), !signedBefore, files, random);
        Optional<Checkpoint> previous =
                signedBefore
                        ? Optional.of(
                                Checkpoint.read(
                                        Files.readString(checkpointFile, StandardCharsets.UTF_8),
                                        settings.origin(),
                                        key))
                        : Optional.empty();
        PendingLog.Recovered found = PendingLog.recover(folder, files);
        long size = found.pending().size();
        long signed = previous.map(Checkpoint::size).orElse(0L);
        if (size < signed || signed < found.base()) {
            found.pending().close();
            throw new AuditException(
                    AuditException.Code.DAMAGED,
                    "The log "
                            + settings.origin()
                            + " holds records "
                            + found.base()
                            + " to "
                            + size
                            + ", its checkpoint covers "
                            + signed
                            + ". Restore the folder, or move it away to begin a new log.");
        }
        Path cleanMark = folder.resolve("clean");
        boolean clean = Files.exists(cleanMark);
        files.delete(cleanMark);
        AuditLog log =
                new AuditLog(
                        settings, files, content, clock, ticker, random, key, found, previous,
                        lock);
        try {
            boolean ready = found.pending().makeReady(settings.reserveBytes());
            if (!ready && size == 0) {
                throw new NoRoomException("no room for the reserve of the log");
            }
            log.sealer.catchUp(size);
        } catch (AuditException | IOException e) {
            found.pending().close();
            throw e;
        }
        log.writing.start();
        log.sealing.start();
        try {
            log.append(log.openedRecord(size, clean, found.tornBytes()));
            if (previous.isEmpty()) {
                // A log is there for others to check from its first record on.
                log.checkpoint();
            }
        } catch (AuditException e) {
            log.close();
            throw e;
        } catch (RecordRefusedException e) {
            log.close();
            throw new AuditException(
                    e.code() == Code.DISK_FULL
                            ? AuditException.Code.DISK_FULL
                            : AuditException.Code.IO,
                    String.valueOf(e.getMessage()),
                    e);
        }
        return log;
    }

    private AuditLog(
            Settings settings,
            LogFiles files,
            Optional<ContentStore> content,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random,
            LogKey key,
            PendingLog.Recovered found,
            Optional<Checkpoint> previous,
            FileChannel lock)
            throws IOException {
        this.settings = settings;
        this.files = files;
        this.clock = clock;
        this.ticker = ticker;
        this.key = key;
        this.lockChannel = lock;
        this.reserve = new Reserve(settings.reserveBytes());
        this.keeper = new ContentKeeper(content, reserve, settings.node());
        this.pending = found.pending();
        Sealer.AlsoSync contentSync =
                () -> {
                    if (content.isPresent()) {
                        content.get().sync();
                    }
                };
        this.sealer =
                new Sealer(
                        new StoredTree(
                                settings.folder(),
                                files,
                                settings.origin(),
                                key,
                                found.base(),
                                previous),
                        ticker,
                        contentSync,
                        previous);
        this.writer =
                new Writer(
                        new Writer.Author(
                                settings.tenant(),
                                settings.node(),
                                settings.origin(),
                                settings.boot()),
                        settings.durability(),
                        reserve,
                        intake,
                        pending,
                        sealer,
                        contentSync,
                        new RunSequences(
                                new Entries(settings.folder(), files),
                                pending.size(),
                                clock.millis()),
                        // Ids need to be unique, not secret; one thread draws them.
                        new Uuid7(clock, new SplittableRandom(random.nextLong())),
                        subscribers::offer);
        this.writing =
                Thread.ofPlatform().name("audit-write-" + settings.node()).unstarted(writer::run);
        this.sealing =
                Thread.ofPlatform().name("audit-seal-" + settings.node()).unstarted(sealer::run);
    }

    private Draft openedRecord(long size, boolean clean, long tornBytes) {
        Draft.Builder draft =
                Draft.of(Kind.LOG_OPENED)
                        .detail("key-id", key.keyId())
                        .detail("verifier-key", key.verifierKey())
                        .detail("durability", RecordJson.label(settings.durability()));
        if (size > 0) {
            draft.detail("reopened", "true")
                    .detail("clean-end", Boolean.toString(clean && tornBytes == 0))
                    .size("records-found", size)
                    .size("torn-bytes", tornBytes);
        }
        return draft.build();
    }

    @Override
    public Entry append(Draft draft) throws RecordRefusedException {
        Instant happened = clock.instant();
        long monotonicNanos = ticker.nanos();
        ContentKeeper.Kept kept = keeper.keep(draft, happened);
        Ticket ticket =
                new Ticket(
                        kept.draft(),
                        happened,
                        monotonicNanos,
                        kept.ref(),
                        new CompletableFuture<>());
        intake.put(ticket);
        return ticket.await();
    }

    /**
     * Hands over every record from now on, in order. Close it when done.
     *
     * @param capacityRecords how many may wait; at most {@link Subscription#CAPACITY_RECORDS_MAX}
     * @throws AuditException TOO_MANY, if {@link Subscribers#SUBSCRIPTIONS_MAX} follow already
     */
    public Subscription subscribe(int capacityRecords) throws AuditException {
        return subscribers.subscribe(capacityRecords);
    }

    /** Signs a checkpoint over all that is written by now; waits for it, 10 s at most. */
    public Checkpoint checkpoint() throws AuditException {
        try {
            return sealer.force(CHECKPOINT_WAIT_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditException(
                    AuditException.Code.IO, "Interrupted while waiting for a checkpoint.", e);
        }
    }

    /** The newest checkpoint there is; empty before the first. */
    public Optional<Checkpoint> newestCheckpoint() {
        return sealer.checkpoint();
    }

    public LogHealth health() {
        return LogHealth.of(files, settings.folder(), reserve, intake, writer, sealer);
    }

    public String origin() {
        return settings.origin();
    }

    /** The log's key: its id, its verifier key for those who check, and signing for receipts. */
    public LogKey key() {
        return key;
    }

    public LogReader reader() {
        return new LogReader(settings.folder(), settings.origin(), files);
    }

    /** Proofs over the trees of checkpoints that were made. */
    public Proofs proofs() {
        return new Proofs(settings.folder());
    }

    /** Writes what waits, signs a last checkpoint and gives the folder free. */
    @Override
    public void close() {
        intake.close();
        boolean ended = join(writing);
        sealer.close();
        ended &= join(sealing);
        subscribers.end();
        try {
            if (ended) {
                sealer.release();
                pending.close();
                if (writer.broken().isEmpty() && sealer.signed() == pending.size()) {
                    files.replace(settings.folder().resolve("clean"), new byte[0], true);
                }
            }
        } catch (IOException e) {
            // The next start then calls this an unclean end, which it was.
            FolderLock.release(lockChannel);
            return;
        }
        if (ended) {
            FolderLock.release(lockChannel);
        }
        // INVARIANT: while a thread may still write, the folder stays locked until the process
        // ends.
    }

    private static boolean join(Thread thread) {
        try {
            return thread.join(java.time.Duration.ofMillis(CLOSE_MILLIS_MAX));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import rein.audit.AuditException;
import rein.audit.LogReader;
import rein.audit.Proofs;
import rein.audit.StoredRecord;
import rein.audit.verify.LogVerifier;
import rein.audit.verify.ProofCheck;
import rein.audit.verify.Trust;
import rein.audit.verify.Verification;
import rein.server.command.CommandException;
import rein.server.http.ProblemException;

/** The logs of a data folder, read without a running server. */
public final class AuditFolder {
    private static final int PAGE_RECORDS = 1_000;

    private final Path logs;

    public AuditFolder(Path dataFolder) {
        this.logs = dataFolder.resolve("logs");
    }

    /** What an independent reader says of one log. */
    public record LogVerdict(
            String origin,
            boolean verified,
            long size,
            String root,
            String trusted,
            List<String> sentences) {}

    /**
     * Verifies every log.
     *
     * @param checkpoints files from outside this machine, each for the log that its first line
     *     names
     * @param keys verifier keys as somebody outside knows them
     */
    public List<LogVerdict> verify(List<Path> checkpoints, List<String> keys) {
        List<LogVerdict> verdicts = new ArrayList<>();
        try {
            for (Path log : folders()) {
                Verification found = LogVerifier.verify(log, trust(origin(log), checkpoints, keys));
                List<String> sentences = new ArrayList<>(List.of(found.sentence()));
                if (found.sound()) {
                    sentences.add("  trusted: " + found.trusted());
                }
                found.failures().forEach(failure -> sentences.add("  " + failure));
                found.notChecked().forEach(sentence -> sentences.add("  " + sentence));
                verdicts.add(
                        new LogVerdict(
                                origin(log),
                                found.sound(),
                                found.size(),
                                found.rootBase64(),
                                found.trusted(),
                                sentences));
            }
        } catch (IOException e) {
            throw new CommandException(2, "the logs cannot be read: " + ProblemException.why(e));
        }
        return verdicts;
    }

    private static Trust trust(String origin, List<Path> checkpoints, List<String> keys)
            throws IOException {
        Optional<String> key =
                keys.stream().filter(known -> known.startsWith(origin + "+")).findFirst();
        for (Path file : checkpoints) {
            String note;
            try {
                note = Files.readString(file);
            } catch (IOException e) {
                throw new CommandException(2, "cannot read the checkpoint " + file);
            }
            if (note.startsWith(origin + "\n")) {
                return new Trust(Optional.of(note), key, "the file " + file);
            }
        }
        return key.isPresent() ? Trust.key(key.get(), "the command line") : Trust.nothing();
    }

    /** The first line of a checkpoint names the log (C2SP tlog-checkpoint). */
    private static String origin(Path log) throws IOException {
        Path checkpoint = log.resolve("checkpoint");
        return Files.exists(checkpoint)
                ? Files.readString(checkpoint).lines().findFirst().orElse("")
                : log.getFileName().toString();
    }

    /**
     * That one record is in its log.
     *
     * @param proof base64 hashes from the leaf to the root (RFC 9162 §2.1.3)
     */
    public record RecordProof(
            String address,
            boolean verified,
            String leaf,
            long size,
            String root,
            List<String> proof,
            String record) {}

    /** Proves a record's inclusion in the tree over all that the log's checkpoint covers. */
    public RecordProof prove(String address) {
        int at = address.lastIndexOf('@');
        if (at < 0 || !address.substring(at + 1).matches("[0-9]{1,15}")) {
            throw new CommandException(
                    2,
                    "an address is LOG@INDEX, as `rein activity` prints it, not '" + address + "'");
        }
        long index = Long.parseLong(address.substring(at + 1));
        try {
            for (Path log : folders()) {
                if (origin(log).equals(address.substring(0, at))) {
                    return prove(log, address, index);
                }
            }
            throw new CommandException(
                    1, "there is no log '" + address.substring(0, at) + "' here");
        } catch (IOException | AuditException e) {
            throw new CommandException(2, ProblemException.why(e));
        }
    }

    private static RecordProof prove(Path log, String address, long index) throws AuditException {
        Verification whole = LogVerifier.verify(log, Trust.nothing());
        if (!whole.sound()) {
            throw new CommandException(1, whole.sentence());
        }
        if (index >= whole.size()) {
            throw new CommandException(
                    2,
                    address
                            + " is not covered by a checkpoint yet; there are "
                            + whole.size()
                            + " records; try again");
        }
        StoredRecord record =
                new LogReader(log, whole.origin())
                        .at(index)
                        .orElseThrow(() -> new CommandException(1, address + " is not there"));
        List<byte[]> hashes = new Proofs(log).inclusion(index, whole.size());
        byte[] leaf = ProofCheck.leafHash(record.bytes());
        byte[] root = Base64.getDecoder().decode(whole.rootBase64());
        Base64.Encoder base64 = Base64.getEncoder();
        return new RecordProof(
                address,
                ProofCheck.inclusion(leaf, index, whole.size(), hashes, root),
                base64.encodeToString(leaf),
                whole.size(),
                whole.rootBase64(),
                hashes.stream().map(base64::encodeToString).toList(),
                record.json());
    }

    /** Every record of every log that is wanted, log by log, oldest first. */
    public void export(Optional<String> run, Consumer<StoredRecord> take) {
        try {
            for (Path log : folders()) {
                LogReader reader = new LogReader(log, origin(log));
                long next = 0;
                boolean end = false;
                while (!end) {
                    LogReader.Page page =
                            reader.oldestFirst(
                                    next,
                                    PAGE_RECORDS,
                                    record ->
                                            run.isEmpty()
                                                    || record.text("run")
                                                            .filter(id -> id.endsWith(run.get()))
                                                            .isPresent());
                    page.records().forEach(take);
                    next = page.next();
                    end = page.end();
                }
            }
        } catch (IOException | AuditException e) {
            throw new CommandException(2, ProblemException.why(e));
        }
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(logs)) {
            throw new CommandException(
                    2,
                    "there is no audit log in "
                            + logs.getParent()
                            + "; name the data folder with --data");
        }
        try (Stream<Path> found = Files.list(logs)) {
            List<Path> folders =
                    new ArrayList<>(found.filter(Files::isDirectory).sorted().toList());
            if (folders.isEmpty()) {
                throw new CommandException(2, "there is no audit log in " + logs);
            }
            return folders;
        }
    }
}

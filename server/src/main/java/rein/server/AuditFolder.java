package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import rein.audit.AuditException;
import rein.audit.LogReader;
import rein.audit.StoredRecord;
import rein.audit.verify.LogVerifier;
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

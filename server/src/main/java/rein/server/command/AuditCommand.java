package rein.server.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.server.AuditFolder;

/** Proof, without a running server. */
@Command(
        name = "audit",
        description = "Verify or export the audit logs of a data folder; no server need run.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AuditCommand.Verify.class,
            AuditCommand.Prove.class,
            AuditCommand.Export.class
        },
        footer = {"", "Example: rein audit verify --data /var/lib/rein"})
final class AuditCommand implements Runnable {

    @Override
    public void run() {
        throw new CommandException(2, "Which? For example: rein audit verify");
    }

    @Command(
            name = "verify",
            description =
                    "Recompute every log from its records and compare it with its signed checkpoint.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "A checkpoint that you kept elsewhere is what excludes rewriting by whoever holds the key.",
                "Exit 0: verified; 1: damaged or changed; 2: could not tell.",
                "Example: rein audit verify --checkpoint yesterday.txt"
            })
    static final class Verify extends Subcommand implements Callable<Integer> {

        @Option(
                names = "--checkpoint",
                paramLabel = "FILE",
                description =
                        "A checkpoint from outside this machine; may be given once for each log.")
        List<Path> checkpoints = List.of();

        @Option(
                names = "--key",
                paramLabel = "KEY",
                description =
                        "The log's verifier key as you know it (name+id+key); may be given once for each log.")
        List<String> keys = List.of();

        @Option(names = "--json", description = "One JSON object a log.")
        boolean json;

        @Override
        public Integer call() {
            PrintWriter out = out();
            List<AuditFolder.LogVerdict> verdicts =
                    new AuditFolder(dataFolder()).verify(checkpoints, keys);
            for (AuditFolder.LogVerdict verdict : verdicts) {
                if (json) {
                    Output.json(out, verdict);
                } else {
                    verdict.sentences().forEach(sentence -> out.println(Output.plain(sentence)));
                }
            }
            return verdicts.stream().allMatch(AuditFolder.LogVerdict::verified) ? 0 : 1;
        }
    }

    @Command(
            name = "prove",
            description = "Prove that one record is in its log.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: proven; 1: not; 2: could not tell.",
                "Example: rein audit prove agents.example/vm@42"
            })
    static final class Prove extends Subcommand implements Callable<Integer> {
        @Parameters(
                paramLabel = "LOG@INDEX",
                description = "The record's address, as `rein activity` prints it.")
        String address = "";

        @Option(
                names = "--json",
                description = "The proof as JSON: leaf, root, hashes, the record itself.")
        boolean json;

        @Override
        public Integer call() {
            AuditFolder.RecordProof proof = new AuditFolder(dataFolder()).prove(address);
            if (json) {
                Output.json(out(), proof);
            } else {
                out().println(Output.plain(proof.record()));
                out().printf(
                                "%s in the tree of %d records with root %s, by %d hashes%n",
                                proof.verified() ? "proven" : "NOT PROVEN",
                                proof.size(),
                                proof.root(),
                                proof.proof().size());
            }
            return proof.verified() ? 0 : 1;
        }
    }

    @Command(
            name = "export",
            description = "Print every record of the logs, oldest first, as JSON lines.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: rein audit export --json | grep deny"})
    static final class Export extends Subcommand implements Callable<Integer> {

        @Option(
                names = "--json",
                description =
                        "As views with time, destination and reasons; without it, the leaves.")
        boolean json;

        @Option(names = "--run", paramLabel = "RUN", description = "Only this run's records.")
        Optional<String> run = Optional.empty();

        @Override
        public Integer call() {
            PrintWriter out = out();
            new AuditFolder(dataFolder())
                    .export(
                            run,
                            record -> {
                                if (json) {
                                    Output.json(out, rein.server.api.RecordRows.view(record));
                                } else {
                                    out.println(record.json());
                                }
                            });
            return 0;
        }
    }
}

package rein.server.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.inspect.Inspector;
import rein.inspect.InspectorStream;
import rein.inspect.Match;
import rein.inspect.Redaction;
import rein.inspect.rule.Rule;
import rein.inspect.rule.RuleFile;
import rein.inspect.rule.ShippedRules;
import rein.server.http.ProblemException;

/** Looks into files for secrets and personal data. Needs no node. */
@Command(
        name = "inspect",
        description = "Find secrets, personal data and markings in files or in what is piped in.",
        mixinStandardHelpOptions = true,
        subcommands = {InspectCommand.ScanFiles.class, InspectCommand.Rules.class},
        footer = {"", "Example: git diff | rein inspect scan -"})
final class InspectCommand implements Runnable {

    @Override
    public void run() {
        throw new CommandException(2, "Which? For example: rein inspect scan FILE");
    }

    /** The shipped rules, and those of a file. */
    private static List<Rule> rules(Optional<Path> own) {
        List<Rule> rules = new ArrayList<>(ShippedRules.all());
        own.ifPresent(file -> {
            try {
                rules.addAll(RuleFile.read(file.toString(), PolicyFiles.read(file)));
            } catch (IllegalArgumentException e) {
                throw new CommandException(2, ProblemException.why(e));
            }
        });
        return rules;
    }

    @Command(
            name = "scan",
            description =
                    "Look into files; - is standard input. Values are never shown, only where they are and what they look like.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: nothing found; 1: something; 2: could not tell.",
                "Examples: rein inspect scan config.yaml",
                "  cat log | rein inspect scan --redact - > clean.log"
            })
    static final class ScanFiles extends Subcommand implements Callable<Integer> {
        /** Read at once; memory does not grow with a file's size. */
        private static final int PIECE_BYTES = 64 * 1024;

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, or - once.")
        List<Path> files = List.of();

        @Option(
                names = "--rules",
                paramLabel = "FILE",
                description = "Rules of your own, beside those that come with the product.")
        Optional<Path> own = Optional.empty();

        @Option(
                names = "--redact",
                description =
                        "Write the text to standard output with placeholders in it; what was found goes to standard error.")
        boolean redact;

        @Option(names = "--json", description = "One JSON object a find.")
        boolean json;

        /** As a script reads it; line and column count from 1, columns in bytes. */
        record Found(
                String file,
                long line,
                long column,
                long start,
                long end,
                String dataClass,
                String severity,
                double confidence,
                String rule,
                List<String> views,
                String evidence) {}

        /** Bytes, not characters: what is no UTF-8 goes through as it came. */
        private final OutputStream redacted = new FileOutputStream(FileDescriptor.out);

        private long line;
        private long lineStart;
        private boolean clean = true;
        private final SortedSet<String> unfinished = new TreeSet<>();

        @Override
        public Integer call() {
            if (redact && files.size() > 1) {
                throw new CommandException(2, "--redact writes one text: name one file");
            }
            Inspector inspector = new Inspector(rules(own));
            for (Path file : files) {
                boolean standard = file.toString().equals("-");
                try (InputStream in = standard ? System.in : Files.newInputStream(file)) {
                    scan(standard ? "standard input" : file.toString(), in, inspector.open());
                } catch (IOException e) {
                    throw new CommandException(
                            2, "cannot read " + file + ": " + ProblemException.why(e));
                }
            }
            out().flush();
            if (!unfinished.isEmpty()) {
                err().println(
                                "rein: not everywhere looked for, there was too much that begins like it: "
                                        + String.join(", ", unfinished));
                err().flush();
                return 2;
            }
            return clean ? 0 : 1;
        }

        private void scan(String name, InputStream in, InspectorStream stream) throws IOException {
            line = 1;
            lineStart = 0;
            long offset = 0;
            byte[] piece = new byte[PIECE_BYTES];
            int read = in.read(piece);
            while (read >= 0) {
                offset = take(name, stream.accept(piece, 0, read), offset);
                read = in.read(piece);
            }
            take(name, stream.finish(), offset);
            unfinished.addAll(stream.unfinished());
        }

        private long take(String name, InspectorStream.Released released, long offset)
                throws IOException {
            byte[] bytes = released.bytes();
            int at = 0;
            for (Match match : released.matches()) {
                clean = false;
                at = count(bytes, at, (int) (match.start() - offset), offset);
                tell(name, match);
            }
            count(bytes, at, bytes.length, offset);
            if (redact) {
                redacted.write(Redaction.apply(bytes, offset, released.matches()));
            }
            return offset + bytes.length;
        }

        private int count(byte[] bytes, int from, int to, long offset) {
            for (int i = from; i < to; i++) {
                if (bytes[i] == '\n') {
                    line++;
                    lineStart = offset + i + 1;
                }
            }
            return to;
        }

        private void tell(String name, Match match) {
            Found found =
                    new Found(
                            name,
                            line,
                            match.start() - lineStart + 1,
                            match.start(),
                            match.end(),
                            match.dataClass().name(),
                            match.severity().name().toLowerCase(Locale.ROOT),
                            match.confidence(),
                            match.rule(),
                            match.views(),
                            match.evidence());
            var to = redact ? err() : out();
            if (json) {
                Output.json(to, found);
            } else {
                String through =
                        match.views().isEmpty() ? "" : ", in " + String.join(" in ", match.views());
                to.println(
                        Output.plain(name)
                                + ":"
                                + found.line()
                                + ":"
                                + found.column()
                                + ": "
                                + found.severity()
                                + " "
                                + found.dataClass()
                                + "  "
                                + Output.plain(found.evidence())
                                + "  ("
                                + found.rule()
                                + through
                                + ")");
            }
            to.flush();
        }
    }

    @Command(
            name = "rules",
            description = "List the rules, or try each on its own examples.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: done, or all examples are as they should be; 1: some are not; 2: a file cannot be used.",
                "Examples: rein inspect rules list",
                "  rein inspect rules test --rules own.yaml"
            })
    static final class Rules extends Subcommand implements Callable<Integer> {

        @Parameters(paramLabel = "list|test", description = "What to do with them.")
        String what = "";

        @Option(names = "--rules", paramLabel = "FILE", description = "Rules of your own as well.")
        Optional<Path> own = Optional.empty();

        @Option(names = "--json", description = "One JSON object a rule.")
        boolean json;

        @Override
        public Integer call() {
            List<Rule> rules = rules(own);
            int code =
                    switch (what) {
                        case "list" -> list(rules);
                        case "test" -> test(rules);
                        default ->
                                throw new CommandException(2, "list or test, not '" + what + "'");
                    };
            out().flush();
            return code;
        }

        private int list(List<Rule> rules) {
            for (Rule rule : rules) {
                if (json) {
                    Output.json(out(), rule);
                } else {
                    out().printf(
                                    "%-30s %-32s %s%n",
                                    rule.id(),
                                    rule.dataClass(),
                                    rule.severity().name().toLowerCase(Locale.ROOT));
                }
            }
            return 0;
        }

        private int test(List<Rule> rules) {
            int wrong = 0;
            int tried = 0;
            for (Rule rule : rules) {
                Inspector one = new Inspector(List.of(rule));
                for (boolean must : new boolean[] {true, false}) {
                    for (String text : must ? rule.examples() : rule.counterExamples()) {
                        tried++;
                        if (one.scan(text.getBytes(StandardCharsets.UTF_8)).isClean() == must) {
                            wrong++;
                            out().println(
                                            rule.id()
                                                    + (must ? " does not find " : " finds ")
                                                    + Output.plain(text));
                        }
                    }
                }
            }
            out().println(tried - wrong + " of " + tried + " examples are as they should be.");
            return wrong == 0 ? 0 : 1;
        }
    }
}

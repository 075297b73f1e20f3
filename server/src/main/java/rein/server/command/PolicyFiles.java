package rein.server.command;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.policy.Packs;
import rein.policy.Policies;
import rein.policy.ReinSchema;
import rein.policy.format.PolicyFormat;
import rein.policy.review.PolicyCase;
import rein.policy.review.SetDiff;
import rein.policy.review.TextSet;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.Problem;
import rein.registry.PolicyVersions;
import rein.server.api.PolicyApi;
import rein.server.http.ProblemException;
import rein.server.policy.CaseFile;
import rein.server.policy.Scopes;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Tenant;

/** The commands that read policy files. All but {@code diff} work without a server. */
final class PolicyFiles {
    /** Cases name no tenant. */
    private static final Tenant ANY = new Tenant("tests.invalid");

    private PolicyFiles() {}

    static String read(Path file) {
        try {
            if (Files.size(file) > PolicyVersions.TEXT_CHARS_MAX * 4L) {
                throw new CommandException(2, file + " is too long");
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new CommandException(2, file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new CommandException(2, "cannot read " + file + ": " + ProblemException.why(e));
        }
    }

    private static PolicyText text(Path file, String scope) {
        return new PolicyText(file.getFileName().toString(), scope(scope), read(file));
    }

    private static PolicyText.Scope scope(String words) {
        try {
            return Scopes.ofSet(words);
        } catch (IllegalArgumentException e) {
            throw new CommandException(2, ProblemException.why(e));
        }
    }

    @Command(
            name = "check",
            description =
                    "Say what is wrong with policy files, with line and column; what merely costs too much is a warning.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: nothing; 1: something; 2: a file cannot be read.",
                "Example: rein policy check fleet.cedar"
            })
    static final class Check extends Subcommand implements Callable<Integer> {

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "Cedar.")
        List<Path> files = List.of();

        @Option(names = "--json", description = "One JSON object a problem.")
        boolean json;

        /** As a script reads it. */
        record Found(String file, String kind, int line, int column, String message, String help) {}

        @Override
        public Integer call() {
            boolean clean = true;
            for (Path file : files) {
                PolicyText text = text(file, "fleet");
                List<Problem> problems = Policies.check(text);
                clean &= problems.isEmpty();
                List<Problem> all = new ArrayList<>(problems);
                if (problems.isEmpty()) {
                    all.addAll(Policies.warnings(text));
                }
                for (Problem problem : all) {
                    String kind = problems.isEmpty() ? "warning" : "error";
                    if (json) {
                        Output.json(
                                out(),
                                new Found(
                                        file.toString(),
                                        kind,
                                        problem.at().line(),
                                        problem.at().column(),
                                        problem.message(),
                                        problem.help()));
                    } else {
                        out().println(
                                        (kind.equals("warning") ? "warning: " : "")
                                                + Output.plain(problem.toString()));
                    }
                }
            }
            out().flush();
            return clean ? 0 : 1;
        }
    }

    @Command(
            name = "test",
            description =
                    "Run the tests of a policy file, beside what comes with the product; or those of a saved version, beside what is enforced.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: all pass; 1: some fail; 2: could not tell.",
                "Examples: rein policy test fleet.cedar --tests fleet.json",
                "  rein policy test fleet@3"
            })
    static final class Test extends Subcommand implements Callable<Integer> {

        @Parameters(paramLabel = "FILE|VERSION", description = "Cedar, or SCOPE@NUMBER.")
        String what = "";

        @Option(names = "--tests", paramLabel = "FILE", description = "The cases, JSON.")
        Optional<Path> tests = Optional.empty();

        @Option(names = "--scope", paramLabel = "SCOPE", description = "Of the file: fleet.")
        String scope = "fleet";

        @Option(names = "--json", description = "One JSON object a case.")
        boolean json;

        @Override
        public Integer call() {
            List<PolicyText> texts = new ArrayList<>(Packs.all());
            String cases;
            if (PolicyCommand.Version.is(what)) {
                PolicyApi.SetView set = PolicyCommand.Version.parse(what).get(client());
                texts.addAll(enforced(client(), set.scope()));
                texts.add(new PolicyText(set.name(), scope(set.scope()), set.text().orElse("")));
                cases = tests.map(PolicyFiles::read).orElseGet(() -> set.tests().orElse(""));
            } else {
                texts.add(text(Path.of(what), scope));
                cases =
                        tests.map(PolicyFiles::read)
                                .orElseThrow(() ->
                                        new CommandException(2, "--tests FILE names the cases"));
            }
            List<Problem> problems = Policies.check(texts.getLast());
            problems.forEach(problem -> err().println(Output.plain(problem.toString())));
            if (!problems.isEmpty()) {
                return 1;
            }
            return run(new TextSet(ANY, texts), cases);
        }

        private int run(TextSet texts, String cases) {
            List<PolicyCase.Result> results;
            try {
                results = CaseFile.read(ANY, cases).stream().map(each -> each.run(texts)).toList();
            } catch (IllegalArgumentException e) {
                throw new CommandException(2, ProblemException.why(e));
            }
            if (json) {
                results.forEach(result -> Output.json(out(), result));
            } else {
                out().println(PolicyPrint.tests(out(), results));
            }
            out().flush();
            return results.stream().allMatch(PolicyCase.Result::met) ? 0 : 1;
        }
    }

    /** What is enforced in the other scopes. */
    private static List<PolicyText> enforced(ControlPlaneClient client, String but) {
        List<PolicyText> texts = new ArrayList<>();
        for (PolicyApi.SetView set : client.get("/v1/policies", PolicyApi.SetView[].class)) {
            if (set.version() > 0 && set.state().equals("enforce") && !set.scope().equals(but)) {
                PolicyApi.SetView whole =
                        new PolicyCommand.Version(set.scope(), set.version()).get(client);
                texts.add(new PolicyText(set.name(), scope(set.scope()), whole.text().orElse("")));
            }
        }
        return texts;
    }

    @Command(
            name = "schema",
            description =
                    "Print what policies may speak of: entity types, actions, context members, as a Cedar schema.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: rein policy schema > rein.cedarschema"})
    static final class PrintSchema extends Subcommand implements Callable<Integer> {

        @Option(names = "--json", description = "In Cedar's JSON syntax.")
        boolean json;

        @Override
        public Integer call() {
            out().print(json ? ReinSchema.json() + "\n" : ReinSchema.text());
            out().flush();
            return 0;
        }
    }

    @Command(
            name = "fmt",
            description = "Print a policy file in the canonical layout.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: done, or laid out already; 1: --check found a difference; 2: not Cedar.",
                "Example: rein policy fmt --write fleet.cedar"
            })
    static final class Format extends Subcommand implements Callable<Integer> {

        @Parameters(arity = "1..*", paramLabel = "FILE", description = "Cedar.")
        List<Path> files = List.of();

        @Option(names = "--check", description = "Change nothing; name the files that differ.")
        boolean check;

        @Option(names = "--write", description = "Write the file instead of printing it.")
        boolean write;

        @Override
        public Integer call() {
            boolean same = true;
            for (Path file : files) {
                String text = read(file);
                String laid = laid(file, text);
                boolean differs = !laid.equals(text);
                same &= !differs;
                if (check && differs) {
                    out().println(file);
                } else if (write && differs) {
                    replace(file, laid);
                } else if (!check && !write) {
                    out().print(laid);
                }
            }
            out().flush();
            return check && !same ? 1 : 0;
        }

        private static String laid(Path file, String text) {
            try {
                return PolicyFormat.cedar(file.getFileName().toString(), text);
            } catch (PolicyException e) {
                throw new CommandException(2, e.problem().toString());
            }
        }

        private static void replace(Path file, String text) {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new CommandException(
                        2, "cannot write " + file + ": " + ProblemException.why(e));
            }
        }
    }

    @Command(
            name = "diff",
            description =
                    "Say how two sets differ: policy by policy, over recorded requests, and in what becomes reachable.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: no difference; 1: some; 2: could not tell.",
                "Example: rein policy diff fleet@2 fleet.cedar"
            })
    static final class Diff extends Subcommand implements Callable<Integer> {

        @Parameters(index = "0", paramLabel = "OLD", description = "A file, or SCOPE@NUMBER.")
        String older = "";

        @Parameters(index = "1", paramLabel = "NEW", description = "A file, or SCOPE@NUMBER.")
        String newer = "";

        @Option(names = "--scope", paramLabel = "SCOPE", description = "Of two files: fleet.")
        String scope = "fleet";

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            Map<String, String> texts = new LinkedHashMap<>();
            String of = scope;
            for (String each : List.of(older, newer)) {
                if (PolicyCommand.Version.is(each)) {
                    PolicyApi.SetView set = PolicyCommand.Version.parse(each).get(client());
                    texts.put(each, set.text().orElse(""));
                    of = set.scope();
                } else {
                    texts.put(each, read(Path.of(each)));
                }
            }
            PolicyApi.Differs differs =
                    client().post(
                                    "/v1/policies/differences",
                                    new PolicyApi.DiffRequest(
                                            of,
                                            texts.getOrDefault(older, ""),
                                            texts.getOrDefault(newer, ""),
                                            Optional.empty(),
                                            Optional.empty()),
                                    PolicyApi.Differs.class);
            if (json) {
                Output.json(out(), differs);
            } else {
                print(differs);
            }
            return differs.diff().changes().isEmpty() ? 0 : 1;
        }

        private void print(PolicyApi.Differs differs) {
            for (SetDiff.Change change : differs.diff().changes()) {
                out().println(
                                change.effect().name().toLowerCase(java.util.Locale.ROOT)
                                        + "  "
                                        + Output.plain(change.id())
                                        + ": "
                                        + change.what()
                                        + " (line "
                                        + change.line()
                                        + ")");
            }
            PolicyPrint.effect(out(), "would change", differs.effect());
            out().println("newly reachable for known agents: " + differs.opened().size());
            if (!differs.opened().isEmpty()) {
                PolicyPrint.reached(out(), differs.opened());
            }
            out().println("no longer reachable: " + differs.closed().size());
            if (!differs.closed().isEmpty()) {
                PolicyPrint.reached(out(), differs.closed());
            }
            out().flush();
        }
    }
}

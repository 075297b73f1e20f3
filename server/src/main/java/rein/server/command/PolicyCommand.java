package rein.server.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.server.api.PolicyApi;

/** The policy sets of an organisation, and what they do. */
@Command(
        name = "policy",
        description = "Write, test, try, enforce and explain policy sets.",
        mixinStandardHelpOptions = true,
        subcommands = {
            PolicyCommand.Sets.class,
            PolicyCommand.Show.class,
            PolicyCommand.Put.class,
            PolicyCommand.Activate.class,
            PolicyCommand.Retire.class,
            PolicyFiles.Check.class,
            PolicyFiles.Test.class,
            PolicyFiles.PrintSchema.class,
            PolicyFiles.Format.class,
            PolicyFiles.Diff.class,
            PolicyAsking.WhyRecord.class,
            PolicyAsking.ReplayRange.class,
            PolicyAsking.Suggest.class,
            PolicyAsking.ReachOf.class
        },
        footer = {
            "",
            "A set has a scope: fleet, blueprint:NAME or agent:NAME. Its versions are SCOPE@NUMBER.",
            "Example: rein policy put fleet.cedar --scope fleet --mode shadow --reason 'no FTP'"
        })
final class PolicyCommand implements Runnable {

    @Override
    public void run() {
        throw new CommandException(2, "Which? For example: rein policy list");
    }

    /** A version as people name it: {@code fleet@3}. */
    record Version(String scope, int number) {
        static boolean is(String text) {
            return text.matches("(fleet|(blueprint|agent):[a-z0-9._-]{1,128})@[0-9]{1,9}");
        }

        static Version parse(String text) {
            if (!is(text)) {
                throw new CommandException(
                        2, "a version is SCOPE@NUMBER, for example fleet@3, not '" + text + "'");
            }
            int at = text.lastIndexOf('@');
            return new Version(text.substring(0, at), Integer.parseInt(text.substring(at + 1)));
        }

        PolicyApi.SetView get(ControlPlaneClient client) {
            return client.get("/v1/policies/" + scope + "/" + number, PolicyApi.SetView.class);
        }
    }

    @Command(
            name = "list",
            description =
                    "List what comes with the product and the versions that are not retired; with --scope, all of that scope.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: rein policy list --scope fleet"})
    static final class Sets extends Subcommand implements Callable<Integer> {

        @Option(names = "--scope", paramLabel = "SCOPE", description = "One scope's versions.")
        Optional<String> scope = Optional.empty();

        @Option(names = "--json", description = "One JSON object a line.")
        boolean json;

        @Override
        public Integer call() {
            String query = scope.map(name -> "?scope=" + name).orElse("");
            List<PolicyApi.SetView> sets =
                    List.of(client().get("/v1/policies" + query, PolicyApi.SetView[].class));
            if (json) {
                sets.forEach(set -> Output.json(out(), set));
                return 0;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("STATE", "SCOPE", "VERSION", "CHANGED BY", "CHANGED", "REASON"));
            for (PolicyApi.SetView set : sets) {
                rows.add(
                        List.of(
                                set.state()
                                        + set.proposed()
                                                .map(p ->
                                                        " (" + p.to() + " asked by " + p.by() + ")")
                                                .orElse(""),
                                set.scope(),
                                set.name(),
                                set.changedBy(),
                                set.changed().map(PolicyPrint::time).orElse("-"),
                                set.reason()));
            }
            Output.table(out(), rows);
            return 0;
        }
    }

    @Command(
            name = "show",
            description = "Print the text of a version, or of what comes with the product.",
            mixinStandardHelpOptions = true,
            footer = {"", "Examples: rein policy show fleet@3", "  rein policy show coding"})
    static final class Show extends Subcommand implements Callable<Integer> {

        @Parameters(paramLabel = "VERSION", description = "SCOPE@NUMBER, or a shipped name.")
        String version = "";

        @Option(names = "--tests", description = "Its tests instead.")
        boolean tests;

        @Option(names = "--json", description = "Everything about it, as JSON.")
        boolean json;

        @Override
        public Integer call() {
            if (!Version.is(version) && !version.matches("[a-z0-9._-]{1,128}")) {
                throw new CommandException(2, "not a version: '" + version + "'");
            }
            PolicyApi.SetView set =
                    (Version.is(version) ? Version.parse(version) : new Version(version, 0))
                            .get(client());
            if (json) {
                Output.json(out(), set);
            } else {
                out().print((tests ? set.tests() : set.text()).orElse(""));
                out().flush();
            }
            return 0;
        }
    }

    @Command(
            name = "put",
            description =
                    "Save a new version. Its text is checked and its tests run; what it would change in the last 24 hours is shown.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: done; 1: refused, or a second person is needed; 2: could not tell.",
                "Example: rein policy put fleet.cedar --scope fleet --tests fleet.json --mode shadow --reason 'no FTP'"
            })
    static final class Put extends Subcommand implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "Cedar.")
        Path file = Path.of("");

        @Option(
                names = "--scope",
                required = true,
                paramLabel = "SCOPE",
                description = "fleet, blueprint:NAME or agent:NAME.")
        String scope = "";

        @Option(names = "--tests", paramLabel = "FILE", description = "Cases it has to meet, JSON.")
        Optional<Path> tests = Optional.empty();

        @Option(
                names = "--mode",
                paramLabel = "STATE",
                description = "draft (default), shadow, warn or enforce.")
        String mode = "draft";

        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "Why; goes into the audit log.")
        String reason = "";

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            PolicyApi.Outcome outcome =
                    client().post(
                                    "/v1/policies",
                                    new PolicyApi.Put(
                                            scope,
                                            PolicyFiles.read(file),
                                            tests.map(PolicyFiles::read),
                                            Optional.of(mode),
                                            reason),
                                    PolicyApi.Outcome.class);
            return PolicyPrint.outcome(out(), outcome, json);
        }
    }

    @Command(
            name = "activate",
            description =
                    "Bring a version to a state; what it displaces is retired. Also takes an old version back.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "What weakens the fleet's or a blueprint's set takes two people: the second types the same.",
                "Exit 0: done; 1: refused, or a second person is needed; 2: could not tell.",
                "Example: rein policy activate fleet@3 --mode enforce --reason 'a week in shadow, nothing blocked'"
            })
    static final class Activate extends Subcommand implements Callable<Integer> {

        @Parameters(paramLabel = "VERSION", description = "SCOPE@NUMBER.")
        String version = "";

        @Option(
                names = "--mode",
                paramLabel = "STATE",
                description = "shadow, warn or enforce (default).")
        String mode = "enforce";

        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "Why; goes into the audit log.")
        String reason = "";

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            return step(this, version, mode, reason, json);
        }
    }

    @Command(
            name = "retire",
            description = "Take a version out of every decision.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example: rein policy retire fleet@2 --reason 'replaced by blueprints'"})
    static final class Retire extends Subcommand implements Callable<Integer> {

        @Parameters(paramLabel = "VERSION", description = "SCOPE@NUMBER.")
        String version = "";

        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "Why; goes into the audit log.")
        String reason = "";

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            return step(this, version, "retired", reason, json);
        }
    }

    private static int step(
            Subcommand command, String version, String to, String reason, boolean json) {
        Version known = Version.parse(version);
        PolicyApi.Outcome outcome =
                command.client()
                        .post(
                                "/v1/policies/steps",
                                new PolicyApi.Step(known.scope(), known.number(), to, reason),
                                PolicyApi.Outcome.class);
        return PolicyPrint.outcome(command.out(), outcome, json);
    }
}

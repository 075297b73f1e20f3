package rein.server.command;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.policy.review.Suggestion;
import rein.server.api.PolicyApi;

/** The commands that ask what was decided, and what would be. */
final class PolicyAsking {
    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6})([mhd])");

    private PolicyAsking() {}

    /** {@code 30m}, {@code 24h}, {@code 7d}: in seconds. */
    private static long seconds(String text) {
        Matcher length = LENGTH.matcher(text);
        if (!length.matches()) {
            throw new CommandException(
                    2, "--since is for example 30m, 24h or 7d, not '" + text + "'");
        }
        long number = Long.parseLong(length.group(1));
        return switch (length.group(2)) {
            case "m" -> number * 60;
            case "h" -> number * 3_600;
            default -> number * 86_400;
        };
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommandException(
                    2, "a time is for example 2026-12-01T08:00:00Z, not '" + text + "'");
        }
    }

    @Command(
            name = "why",
            description =
                    "Explain a recorded decision: the policies with their lines, the values that mattered, and what alone would alter it.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "A record is named by the end of its id or by its address, as `rein activity` prints them.",
                "It reads what the record keeps apart, which is itself a record.",
                "Exit 0: explained; 1: no such record; 2: it cannot be decided again, and why.",
                "Example: rein policy why 7f3a1b2c --reason 'the build fails'"
            })
    static final class WhyRecord extends Subcommand implements Callable<Integer> {

        @Parameters(paramLabel = "RECORD", description = "Id, its end, or LOG@INDEX.")
        String record = "";

        @Option(
                names = "--reason",
                paramLabel = "TEXT",
                description = "Why you ask (default: the command itself).")
        String reason = "rein policy why";

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            PolicyApi.WhyView view =
                    client().post(
                                    "/v1/policies/why",
                                    new PolicyApi.WhyRequest(record, reason),
                                    PolicyApi.WhyView.class);
            if (json) {
                Output.json(out(), view);
            } else {
                out().println(
                                Output.plain(
                                        view.decision()
                                                + ": "
                                                + view.agent()
                                                + " to "
                                                + view.on()
                                                + " at "
                                                + view.time()
                                                + " (snapshot "
                                                + view.snapshot()
                                                + ", "
                                                + view.address()
                                                + ")"));
                out().println(Output.plain(view.code()));
                view.why().ifPresent(why -> PolicyPrint.why(out(), why));
                view.notReplayable()
                        .ifPresent(
                                cause -> out().println("not replayable: " + Output.plain(cause)));
                out().flush();
            }
            return view.why().isPresent() ? 0 : 2;
        }
    }

    @Command(
            name = "replay",
            description =
                    "Decide recorded requests again: with what is in force, with what is tried, or with --policy FILE.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exit 0: nothing would change; 1: something would; 2: could not tell.",
                "Examples: rein policy replay --since 24h",
                "  rein policy replay --policy fleet.cedar --scope fleet"
            })
    static final class ReplayRange extends Subcommand implements Callable<Integer> {

        @Option(names = "--since", paramLabel = "TIME", description = "30m, 24h (default), 7d.")
        String since = "24h";

        @Option(
                names = "--from",
                paramLabel = "TIME",
                description = "RFC 3339, instead of --since.")
        Optional<String> from = Optional.empty();

        @Option(names = "--to", paramLabel = "TIME", description = "RFC 3339 (default: now).")
        Optional<String> to = Optional.empty();

        @Option(
                names = "--policy",
                paramLabel = "FILE",
                description = "Instead of the scope's set.")
        Optional<Path> policy = Optional.empty();

        @Option(names = "--scope", paramLabel = "SCOPE", description = "Default: fleet.")
        Optional<String> scope = Optional.empty();

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            PolicyApi.Replayed replayed =
                    client().post(
                                    "/v1/policies/replay",
                                    new PolicyApi.ReplayRequest(
                                            scope,
                                            policy.map(PolicyFiles::read),
                                            Optional.of(seconds(since)),
                                            from.map(PolicyAsking::time),
                                            to.map(PolicyAsking::time)),
                                    PolicyApi.Replayed.class);
            if (json) {
                Output.json(out(), replayed);
            } else {
                PolicyPrint.effect(
                        out(),
                        policy.isPresent() ? "would change" : "now otherwise",
                        replayed.effect());
                for (Map.Entry<String, PolicyApi.Effect> tried : replayed.tried().entrySet()) {
                    var replay = tried.getValue().replay();
                    out().println(
                                    tried.getKey()
                                            + ", if it were enforced, would have blocked "
                                            + replay.blocked()
                                            + " of "
                                            + replay.allowed()
                                            + percent(replay.blocked(), replay.allowed())
                                            + ":");
                    PolicyPrint.effect(out(), "would change", tried.getValue());
                }
                out().flush();
            }
            boolean same =
                    replayed.effect().replay().changes().isEmpty()
                            && replayed.tried().values().stream()
                                    .allMatch(effect -> effect.replay().changes().isEmpty());
            return same ? 0 : 1;
        }

        private static String percent(long part, long whole) {
            return whole == 0
                    ? ""
                    : String.format(java.util.Locale.ROOT, " (%.2f %%)", 100.0 * part / whole);
        }
    }

    @Command(
            name = "suggest",
            description =
                    "Write the least-privilege set for what a run or an agent did, and prove it.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "The set goes to standard output, the proof to standard error.",
                "Exit 0: proved; 1: not, and what differs; 2: nothing is recorded.",
                "Example: rein policy suggest --run 7f3a1b2c > agent.cedar"
            })
    static final class Suggest extends Subcommand implements Callable<Integer> {

        @Option(names = "--run", paramLabel = "ID", description = "What this run did.")
        Optional<String> run = Optional.empty();

        @Option(names = "--agent", paramLabel = "NAME", description = "What all its runs did.")
        Optional<String> agent = Optional.empty();

        @Option(names = "--since", paramLabel = "TIME", description = "30m, 24h (default), 7d.")
        Optional<String> since = Optional.empty();

        @Option(
                names = "--pack",
                paramLabel = "PACK",
                description = "The pack it would run under (default: locked).")
        Optional<String> pack = Optional.empty();

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            PolicyApi.Suggested suggested =
                    client().post(
                                    "/v1/policies/suggestions",
                                    new PolicyApi.SuggestRequest(
                                            run, agent, since.map(PolicyAsking::seconds), pack),
                                    PolicyApi.Suggested.class);
            Suggestion suggestion = suggested.suggestion();
            if (json) {
                Output.json(out(), suggested);
            } else {
                out().print(suggestion.text());
                out().flush();
                err().println(
                                "permits "
                                        + suggestion.permitted()
                                        + " of "
                                        + suggestion.seen()
                                        + " different requests that passed; refuses "
                                        + suggestion.refused()
                                        + " of "
                                        + suggestion.denied()
                                        + " that did not (agent "
                                        + suggested.agent()
                                        + ", pack "
                                        + suggested.pack()
                                        + ")");
                suggestion.open().forEach(line -> err().println("  " + Output.plain(line)));
                PolicyPrint.notReplayable(err(), suggested.notReplayable());
                err().flush();
            }
            if (suggestion.seen() + suggestion.denied() == 0) {
                return 2;
            }
            return suggestion.proved() ? 0 : 1;
        }
    }

    @Command(
            name = "reach",
            description =
                    "Say what an agent can reach, or who can reach a host, by what is in force.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Asked for: every host that was recorded in 24 hours, that this node knows or that a policy names, in",
                "every way that was tried or is named; and one that nobody knows, for all the rest.",
                "Exit 0: something; 1: nothing.",
                "Example: rein policy reach --agent coder"
            })
    static final class ReachOf extends Subcommand implements Callable<Integer> {

        @Option(names = "--agent", paramLabel = "NAME", description = "What can it reach?")
        Optional<String> agent = Optional.empty();

        @Option(names = "--host", paramLabel = "HOST", description = "Who can reach it?")
        Optional<String> host = Optional.empty();

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            PolicyApi.Reached reached =
                    client().post(
                                    "/v1/policies/reach",
                                    new PolicyApi.ReachRequest(agent, host),
                                    PolicyApi.Reached.class);
            if (json) {
                Output.json(out(), reached);
            } else {
                PolicyPrint.reached(out(), reached.answer().found());
                out().println(
                                reached.answer().asked()
                                        + " questions about "
                                        + reached.agents()
                                        + " agents and "
                                        + reached.hosts()
                                        + " hosts"
                                        + (reached.answer().left() > 0
                                                ? "; " + reached.answer().left() + " not asked"
                                                : ""));
                out().flush();
            }
            return reached.answer().found().isEmpty() ? 1 : 0;
        }
    }
}

package rein.server.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.server.api.ApprovalAnswer;
import rein.server.api.ApprovalRequest;
import rein.server.api.DenialView;
import rein.server.api.GrantView;

/** A person allows an agent what it was denied. */
@Command(
        name = "approve",
        description =
                "Allow an agent exactly the destination that it was denied: host, port and protocol; or let one request through that waits for it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "On a terminal it shows what is asked for and asks back, since a run can print lines that look like Rein's.",
            "Exit 0: allowed; 1: not, or a second person is needed.",
            "Examples:",
            "  rein approve 7f3a1b2c",
            "  rein approve 7f3a1b2c --for 8h --reason 'the docs are there'"
        })
final class ApproveCommand extends Subcommand implements Callable<Integer> {
    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6})([smh])");

    private static final String LET_THROUGH = "let-through";

    @Parameters(paramLabel = "ID", description = "The id that the denial shows.")
    String denial = "";

    @ArgGroup(exclusive = true)
    Lasting lasting = new Lasting();

    static final class Lasting {
        @Option(names = "--once", description = "One connection, or one HTTP request.")
        boolean once;

        @Option(names = "--run", description = "Until the run ends (default).")
        boolean run;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                description = "In all runs of the agent for a time: 30m, 8h; at most 24h.")
        Optional<String> length = Optional.empty();
    }

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the audit log.")
    String reason = "";

    @Option(names = "--yes", description = "Do not ask back.")
    boolean yes;

    @Option(names = "--json", description = "As JSON; does not ask back.")
    boolean json;

    @Override
    public Integer call() {
        Optional<Long> seconds = lasting.length.map(ApproveCommand::seconds);
        if (!yes && !json && onTerminal() && !confirmed()) {
            err().println("Nothing is allowed.");
            return 1;
        }
        // Nothing said: until the run ends, or exactly the one request where one waits.
        Optional<String> terms =
                lasting.once
                        ? Optional.of("once")
                        : seconds.isPresent()
                                ? Optional.of("time")
                                : lasting.run ? Optional.of("run") : Optional.empty();
        return give(
                client(),
                out(),
                new ApprovalRequest(denial, terms, seconds, Optional.of(reason)),
                json);
    }

    private boolean confirmed() {
        DenialView view = client().get("/v1/approvals/" + id(denial), DenialView.class);
        out().println(said(view));
        out().print("Allow? [y/N] ");
        out().flush();
        return Answers.yes(Answers.line());
    }

    /** An id goes into a path; anything else is no id. */
    static String id(String text) {
        String id = text.strip();
        if (!id.matches("[0-9A-Fa-f-]{1,36}")) {
            throw new CommandException(1, "An id has hex digits and dashes, not '" + text + "'.");
        }
        return id;
    }

    /** Approves, and says what came of it. */
    static int give(
            ControlPlaneClient client, PrintWriter out, ApprovalRequest request, boolean json) {
        ApprovalAnswer answer = client.post("/v1/approvals", request, ApprovalAnswer.class);
        if (json) {
            Output.json(out, answer);
        } else {
            answer.grant().ifPresent(grant -> out.println(Output.plain(said(grant))));
            if (answer.state().equals(LET_THROUGH)) {
                out.println("Let through, this one request; the next one asks again.");
            }
            answer.waiting()
                    .filter(waiting -> waiting.held().isEmpty())
                    .ifPresent(waiting ->
                            out.println(
                                    Output.plain(
                                            "Not yet: this is above the ceiling and needs a second person."
                                                    + " Somebody else types: rein approve "
                                                    + waiting.shortId()
                                                    + waiting.proposed()
                                                            .map(proposed -> " " + proposed.terms())
                                                            .orElse(""))));
            answer.note().ifPresent(out::println);
        }
        out.flush();
        return answer.grant().isPresent() || answer.state().equals(LET_THROUGH) ? 0 : 1;
    }

    private static String said(GrantView grant) {
        return "Allowed "
                + grant.destination()
                + " for "
                + (grant.terms().equals("time")
                        ? "agent " + grant.agent()
                        : "run " + grant.run() + " of agent " + grant.agent())
                + ", "
                + grant.lasts()
                + ". Take it back: rein approvals --revoke "
                + grant.shortId();
    }

    /** What is asked for. */
    static String said(DenialView denial) {
        return Output.plain(
                denial.shortId()
                        + "  agent "
                        + denial.agent()
                        + " (owner "
                        + denial.owner()
                        + ", run "
                        + denial.run()
                        + (denial.live() ? "" : ", over")
                        + ") "
                        + (denial.held().isPresent() ? "waits to reach " : "was denied ")
                        + denial.destination()
                        + denial.held()
                                .map(held ->
                                        " until "
                                                + held.until().truncatedTo(ChronoUnit.SECONDS)
                                                + ", for an "
                                                + held.role())
                                .orElse("")
                        + denial.proposed()
                                .map(p ->
                                        "; "
                                                + p.by()
                                                + " approved "
                                                + p.terms()
                                                + ", a second person is needed")
                                .orElse(denial.people() > 1 ? "; needs two people" : ""));
    }

    private static long seconds(String text) {
        Matcher length = LENGTH.matcher(text);
        if (!length.matches()) {
            throw new CommandException(
                    1, "--for is a time like 30m or 8h, at most 24h, not '" + text + "'.");
        }
        long number = Long.parseLong(length.group(1));
        return switch (length.group(2)) {
            case "s" -> number;
            case "m" -> Duration.ofMinutes(number).toSeconds();
            default -> Duration.ofHours(number).toSeconds();
        };
    }
}

package rein.server.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.api.ApprovalAnswer;
import rein.server.api.ApprovalsView;
import rein.server.api.DenialView;
import rein.server.api.GrantView;
import rein.server.api.RevokeRequest;

/** What is granted, and what could be. */
@Command(
        name = "approvals",
        description =
                "List requests that wait, grants in force and denials that could be lifted; watch for new ones; refuse one; take one back.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  rein approvals --watch",
            "  rein approvals --deny 7f3a1b2c",
            "  rein approvals --revoke 7f3a1b2c"
        })
final class ApprovalsCommand extends Subcommand implements Callable<Integer> {

    @ArgGroup(exclusive = true)
    Doing doing = new Doing();

    static final class Doing {
        @Option(
                names = "--watch",
                description =
                        "Wait, and show new denials as they come; on a terminal ask about each.")
        boolean watch;

        @Option(
                names = "--deny",
                paramLabel = "ID",
                description = "Refuse a request that waits, at once.")
        Optional<String> deny = Optional.empty();

        @Option(
                names = "--revoke",
                paramLabel = "ID",
                description = "Take back a grant, named by its id or by the denial's.")
        Optional<String> revoke = Optional.empty();
    }

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why it is refused or taken back; goes into the audit log.")
    String reason = "";

    @Option(names = "--json", description = "As JSON; with --watch one object a line.")
    boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (doing.revoke.isPresent()) {
            return revoke(doing.revoke.get());
        }
        if (doing.deny.isPresent()) {
            return deny(doing.deny.get());
        }
        if (doing.watch) {
            new ApprovalsWatch(client(), out(), json, onTerminal() && !json).run();
            return 0;
        }
        return list();
    }

    private int revoke(String id) {
        GrantView[] ended =
                client().post(
                                "/v1/approvals/" + ApproveCommand.id(id) + "/revoke",
                                new RevokeRequest(Optional.of(reason)),
                                GrantView[].class);
        for (GrantView grant : ended) {
            if (json) {
                Output.json(out(), grant);
            } else {
                out().println(
                                Output.plain(
                                        "Taken back: "
                                                + grant.destination()
                                                + " of agent "
                                                + grant.agent()));
            }
        }
        return 0;
    }

    private int deny(String id) {
        ApprovalAnswer answer =
                client().post(
                                "/v1/approvals/" + ApproveCommand.id(id) + "/deny",
                                new RevokeRequest(Optional.of(reason)),
                                ApprovalAnswer.class);
        if (json) {
            Output.json(out(), answer);
        } else {
            answer.waiting()
                    .ifPresent(view ->
                            out().println(
                                            Output.plain(
                                                    "Refused: "
                                                            + view.destination()
                                                            + " to agent "
                                                            + view.agent())));
        }
        return 0;
    }

    private int list() {
        ApprovalsView view = client().get("/v1/approvals", ApprovalsView.class);
        PrintWriter out = out();
        if (json) {
            Output.json(out, view);
            return 0;
        }
        if (!view.grants().isEmpty()) {
            out.println("Granted:");
            Output.table(out, view.grants().stream().map(ApprovalsCommand::row).toList());
        }
        List<DenialView> waiting =
                view.denials().stream().filter(denial -> denial.held().isPresent()).toList();
        if (!waiting.isEmpty()) {
            out.println("Waiting; rein approve ID lets one through, --deny ID refuses it:");
            Output.table(out, waiting.stream().map(ApprovalsCommand::row).toList());
        }
        List<DenialView> denied =
                view.denials().stream().filter(denial -> denial.held().isEmpty()).toList();
        if (!denied.isEmpty()) {
            out.println("Denied in live runs; rein approve ID allows it:");
            Output.table(out, denied.stream().map(ApprovalsCommand::row).toList());
        }
        if (view.grants().isEmpty() && view.denials().isEmpty()) {
            out.println("Nothing is granted, and nothing was denied in a live run that could be.");
        }
        if (view.people() < 2) {
            out.println(
                    view.singleOperator()
                            ? "Single operator: one person alone approves above the ceiling."
                            : "approval-people is 1: one person alone approves above the ceiling.");
        }
        return 0;
    }

    private static List<String> row(GrantView grant) {
        return new ArrayList<>(
                List.of(
                        "  " + grant.shortId(),
                        grant.destination(),
                        grant.agent() + (grant.terms().equals("time") ? "" : "/" + grant.run()),
                        grant.used()
                                ? "used"
                                : grant.expires()
                                        .map(end -> "until " + end.truncatedTo(ChronoUnit.SECONDS))
                                        .orElse(grant.lasts()),
                        "by " + String.join(" and ", grant.approvers()),
                        grant.aboveCeiling() ? "above the ceiling" : ""));
    }

    private static List<String> row(DenialView denial) {
        return List.of(
                "  " + denial.shortId(),
                denial.destination(),
                denial.agent() + "/" + denial.run(),
                denial.held()
                        .map(held ->
                                "for an "
                                        + held.role()
                                        + ", until "
                                        + held.until().truncatedTo(ChronoUnit.SECONDS))
                        .or(() -> proposed(denial))
                        .orElse(denial.people() > 1 ? "needs two people" : ""));
    }

    private static Optional<String> proposed(DenialView denial) {
        return denial.proposed()
                .map(p -> p.by() + " approved " + p.terms() + "; needs a second person");
    }
}

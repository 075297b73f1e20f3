package rein.server.command;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rein.policy.review.PolicyCase;
import rein.policy.review.Reach;
import rein.policy.review.Replay;
import rein.policy.review.Why;
import rein.server.api.PolicyApi;

/** What the policy commands print for people. */
final class PolicyPrint {
    private PolicyPrint() {}

    static String time(Instant when) {
        return when.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Exit 0 where it is done. */
    static int outcome(PrintWriter out, PolicyApi.Outcome outcome, boolean json) {
        boolean done = outcome.outcome().equals("done");
        if (json) {
            Output.json(out, outcome);
            return done ? 0 : 1;
        }
        PolicyApi.SetView set = outcome.set();
        if (!outcome.tests().isEmpty()) {
            out.println(tests(out, outcome.tests()));
        }
        effect(out, "would change", outcome.effect());
        outcome.warnings().forEach(each -> out.println("warning: " + Output.plain(each)));
        outcome.weakens().forEach(sentence -> out.println("weakens: " + Output.plain(sentence)));
        if (done) {
            out.println(set.name() + " is in the state " + set.state() + ".");
        } else {
            out.println(
                    set.name()
                            + " is not changed yet: this weakens "
                            + set.scope()
                            + " and takes a second person. Somebody else types: rein policy "
                            + set.proposed()
                                    .filter(p -> p.to().equals("retired"))
                                    .map(_ -> "retire " + set.name())
                                    .orElse(
                                            "activate "
                                                    + set.name()
                                                    + " --mode "
                                                    + set.proposed().map(p -> p.to()).orElse(""))
                            + " --reason TEXT");
        }
        outcome.receipt()
                .ifPresent(receipt ->
                        out.println(
                                "in force from snapshot "
                                        + receipt.snapshot()
                                        + ", by "
                                        + Output.plain(receipt.by())
                                        + "; open connections cut: "
                                        + receipt.flowsCut()
                                        + "; record "
                                        + receipt.address()
                                        + ", signed by key "
                                        + receipt.key()));
        outcome.note().ifPresent(out::println);
        out.flush();
        return done ? 0 : 1;
    }

    /** Prints those that fail, and gives the sum. */
    static String tests(PrintWriter out, List<PolicyCase.Result> results) {
        List<PolicyCase.Result> failed = results.stream().filter(result -> !result.met()).toList();
        failed.forEach(result ->
                out.println("FAIL " + Output.plain(result.name() + ": " + result.said())));
        return results.size() - failed.size() + " of " + results.size() + " tests pass.";
    }

    static void effect(PrintWriter out, String verb, PolicyApi.Effect effect) {
        Replay replay = effect.replay();
        out.println(
                time(effect.from())
                        + " to "
                        + time(effect.to())
                        + ": "
                        + replay.decided()
                        + " decisions made again; "
                        + verb
                        + ": "
                        + replay.blocked()
                        + " blocked of "
                        + replay.allowed()
                        + " allowed, "
                        + replay.opened()
                        + " newly allowed.");
        changes(out, replay);
        notReplayable(out, effect.notReplayable());
        if (effect.more()) {
            out.println("  There are older ones in this range that were not looked at.");
        }
    }

    static void notReplayable(PrintWriter out, Map<String, Long> causes) {
        causes.forEach((cause, times) ->
                out.println("  not replayable: " + times + " " + Output.plain(cause)));
    }

    private static void changes(PrintWriter out, Replay replay) {
        List<List<String>> rows = new ArrayList<>();
        for (Replay.Change change : replay.changes()) {
            rows.add(
                    List.of(
                            "  " + change.times() + "×",
                            change.agent(),
                            change.on(),
                            PolicyCase.word(change.from()) + " → " + PolicyCase.word(change.to()),
                            change.policies().isEmpty()
                                    ? change.code()
                                    : String.join(", ", change.policies())));
        }
        Output.table(out, rows);
        if (replay.more() > 0) {
            out.println("  and " + replay.more() + " other changes");
        }
    }

    static void why(PrintWriter out, Why why) {
        why.determining().forEach(account -> account(out, account, "determined by "));
        if (!why.near().isEmpty()) {
            out.println("no policy permits it; the nearest:");
            why.near().forEach(account -> account(out, account, ""));
        }
        if (why.changes().isEmpty()) {
            out.println("nothing that was tried would alone alter it");
        } else {
            out.println("what alone would alter it:");
        }
        for (Why.Change change : why.changes()) {
            out.println(
                    Output.plain(
                            "  "
                                    + PolicyCase.word(change.outcome())
                                    + " if "
                                    + change.what()
                                    + (change.policies().isEmpty()
                                            ? ""
                                            : " (" + String.join(", ", change.policies()) + ")")));
        }
    }

    private static void account(PrintWriter out, Why.Account account, String words) {
        out.println(
                Output.plain(
                        words
                                + (account.permits() ? "permit " : "forbid ")
                                + account.id()
                                + ", line "
                                + account.line()
                                + " of "
                                + account.file()));
        for (Why.Part part : account.parts()) {
            StringBuilder line = new StringBuilder();
            line.append(part.holds() ? "  yes " : "  NO  ")
                    .append(part.line())
                    .append(':')
                    .append(part.column())
                    .append("  ")
                    .append(part.text());
            part.values()
                    .forEach((name, value) ->
                            line.append("   [")
                                    .append(name)
                                    .append(" is ")
                                    .append(value)
                                    .append(']'));
            out.println(Output.plain(line.toString()));
        }
    }

    static void reached(PrintWriter out, List<Reach.Found> found) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("AGENT", "HOST", "PORT", "PROTOCOL", "DECISION", "BY"));
        for (Reach.Found each : found) {
            rows.add(
                    List.of(
                            each.agent(),
                            each.host().equals(Reach.ANY_OTHER) ? "(any other name)" : each.host(),
                            String.valueOf(each.way().port()),
                            each.way().protocol(),
                            PolicyCase.word(each.outcome()),
                            String.join(", ", each.policies())));
        }
        Output.table(out, rows);
    }
}

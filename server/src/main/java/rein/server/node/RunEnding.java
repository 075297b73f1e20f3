package rein.server.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.StopOrder;

/** What is measured, recorded and said when a run has ended. */
final class RunEnding {
    private RunEnding() {}

    /**
     * The record of the end.
     *
     * @param left what the run left in its work folder, for people
     */
    static Draft draft(LiveRun live, boolean stopped, List<String> left) {
        Draft.Builder draft =
                Draft.of(Kind.RUN_ENDED)
                        .run(live.run())
                        .detail("stopped", String.valueOf(stopped))
                        .size("denied", live.denials())
                        .size("quietly-denied", live.quietDenials())
                        .size("findings", live.findings());
        live.sandbox().refused().ifPresent(_ -> draft.detail("contained", "false"));
        measure(live, draft);
        if (!left.isEmpty()) {
            draft.content("work-folder", String.join("\n", left));
        }
        return draft.build();
    }

    /**
     * What the kernel counted; a counter that cannot be read must not keep the run's end from being
     * carried out.
     */
    private static void measure(LiveRun live, Draft.Builder draft) {
        try {
            var usage = live.sandbox().usage();
            draft.size("cpu-micros", usage.cpuMicros())
                    .size("cpu-throttled-periods", usage.throttledPeriods());
        } catch (RuntimeException e) {
            draft.detail("usage", "unreadable");
        }
        try {
            live.sandbox()
                    .network()
                    .counters()
                    .forEach(
                            (what, packets) -> draft.size("refused-" + what + "-packets", packets));
        } catch (RuntimeException e) {
            draft.detail("counters", "unreadable");
        }
    }

    /**
     * Leaves the node's last word where the launcher looks for it.
     *
     * @param stopped the order that ended the run, if one did
     * @param left what the run left in its work folder
     */
    static void say(LiveRun live, Optional<StopOrder> stopped, List<String> left) {
        List<String> lines = new ArrayList<>();
        stopped.ifPresent(order ->
                lines.add(
                        Notices.plain(
                                "rein: stopped by " + order.issuer() + ": " + order.reason())));
        live.sandbox().refused().ifPresent(why -> lines.add(Notices.plain("rein: killed: " + why)));
        if (stopped.isPresent() || live.attended() || live.denials() + live.findings() > 0) {
            lines.add("rein: " + live.denials() + " denied, " + live.findings() + " findings");
        }
        left.forEach(line -> lines.add("rein: " + Notices.plain(line)));
        if (live.quietDenials() > 0) {
            lines.add(
                    "rein: not sent: "
                            + live.quietDenials()
                            + " usage reports of the client (known telemetry)");
        }
        try {
            RunFolders.leave(live.folder(), live.lastWord(), lines, live.sandbox().callerUid());
        } catch (IOException e) {
            System.getLogger(RunEnding.class.getName())
                    .log(System.Logger.Level.WARNING, "the last word of run " + live.run().id(), e);
        }
    }
}

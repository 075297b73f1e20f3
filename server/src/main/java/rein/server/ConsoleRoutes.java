package rein.server;

import java.io.IOException;
import java.util.Optional;
import rein.identity.Tokens;
import rein.respond.Stops;
import rein.server.console.ConsoleFiles;
import rein.server.console.ContentRoutes;
import rein.server.console.DrillRoutes;
import rein.server.console.OverviewRoutes;
import rein.server.console.ProofRoutes;
import rein.server.console.SessionRoutes;
import rein.server.console.Sessions;
import rein.server.console.StopFeed;
import rein.server.http.Api;
import rein.server.node.LiveRuns;
import rein.vocabulary.Action;

/** The rows that the console asks for beside everybody's, wired. */
record ConsoleRoutes(World world, Sessions sessions, StopFeed stopFeed) {

    static ConsoleRoutes of(World world, Tokens tokens) {
        return new ConsoleRoutes(
                world,
                new Sessions(
                        token -> Callers.byToken(tokens, token), world.ticker(), world.random()),
                new StopFeed(world.ticker()));
    }

    /** Adds them, and gives the files that the same address serves. */
    ConsoleFiles addTo(
            Api api, Logs logs, LiveRuns runs, Stops stops, AdminGate gate, Resources resources)
            throws IOException {
        new SessionRoutes(sessions, logs.control()).addTo(api);
        new OverviewRoutes(logs.all(), world.clock()).addTo(api);
        new ProofRoutes(logs.all()).addTo(api);
        new ContentRoutes(
                        logs.content(),
                        logs.all(),
                        logs.control(),
                        run -> StopRoutes.onRun(runs, run),
                        AdminGate::name)
                .addTo(api);
        stopFeed.addTo(
                api,
                stops::enforcementPoints,
                caller -> gate.restricted(caller, Action.AUDIT_READ).isEmpty());
        DrillRoutes drill =
                new DrillRoutes(
                        logs.control(),
                        world.clock(),
                        Optional.ofNullable(System.getProperty("rein.launcher")),
                        AdminGate::name);
        resources.own(drill).addTo(api);
        return ConsoleFiles.ofThisBuild();
    }
}

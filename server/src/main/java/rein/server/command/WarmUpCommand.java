package rein.server.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import rein.sandbox.Guard;
import rein.sandbox.LaunchPlan;
import rein.sandbox.Linux;
import rein.server.api.HomeRequest;
import rein.server.api.RunPrepared;
import rein.server.api.RunRequest;
import rein.server.http.Json;
import rein.server.profile.CallersHome;
import rein.server.profile.ClientProfiles;

/**
 * Goes through what `rein run` needs before it becomes the command, and ends: the launcher trains
 * the JVM's AOT cache with it, which must see the classes in use and a normal exit. Does nothing
 * else.
 */
@Command(name = "warm-up", hidden = true, description = "Train the launcher's AOT cache.")
final class WarmUpCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        ReinCommand.line("run").parseArgs("run", "--agent", "agent", "--", "true");
        HomeRequest home =
                new CallersHome(
                                CallersHome.of(Connection::environment),
                                Connection::environment,
                                new ClientProfiles(List.of()))
                        .given(List.of("true"), List.of(Path.of("/")), List.of("TERM"))
                        .home();
        RunRequest request =
                new RunRequest(
                        Optional.of("agent"),
                        "person",
                        Optional.of(new RunRequest.PolicyFile("name", "text")),
                        "coding",
                        "/",
                        List.of("/usr"),
                        Map.of("key", "value"),
                        "contained",
                        List.of("true"),
                        Map.of("TERM", "dumb"),
                        ProcessHandle.current().pid(),
                        Subcommand.onTerminal(),
                        home,
                        List.of("host:443"),
                        List.of("3000"),
                        List.of("private_data"));
        RunRequest asked = Json.read(Json.bytes(request), RunRequest.class);
        LaunchPlan plan =
                new LaunchPlan(
                        List.of(),
                        "",
                        "",
                        "",
                        "",
                        new TreeMap<String, String>(),
                        new TreeMap<String, String>(),
                        new TreeMap<String, String>(),
                        new TreeMap<>(Map.of("path", Guard.Kind.PINNED)),
                        0,
                        "",
                        asked.command());
        RunPrepared prepared =
                new RunPrepared(
                        new UUID(0, 0),
                        "0",
                        "agent",
                        "contained",
                        plan,
                        "",
                        "",
                        List.of(),
                        List.of());
        RunPrepared answered = Json.read(Json.bytes(prepared), RunPrepared.class);
        boolean answers = new Connection().client().answers();
        return answers && Linux.host().bootTicker().nanos() < 0
                ? 1
                : answered.plan().command().size() - 1;
    }
}

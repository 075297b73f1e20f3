package rein.server.node;

import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.sandbox.Limits;
import rein.sandbox.SandboxSpec;
import rein.server.api.HomeRequest;
import rein.server.api.RunRequest;
import rein.vocabulary.Run;

/** What the sandbox of a run is to be made of. */
record RunSpecs(Limits limits, AgentState states, TrustStores trust) {
    /**
     * @param caller the uid of a caller who is not root
     */
    SandboxSpec of(RunRequest request, Run run, Optional<Integer> caller) {
        HomeRequest home = request.home();
        String agent = run.agent().name();
        SortedMap<String, Path> state =
                caller.isPresent()
                        ? AgentState.ofCaller(agent, home)
                        : states.of(agent, home, Path.of(request.workdir()));
        return of(request, run, caller, state);
    }

    private static NavigableSet<String> remotes(Path workdir, Optional<Integer> caller) {
        return AgentState.mayLook(workdir, caller) ? HostGroups.forgesOf(workdir) : new TreeSet<>();
    }

    SandboxSpec of(
            RunRequest request, Run run, Optional<Integer> caller, SortedMap<String, Path> state) {
        HomeRequest home = request.home();
        SortedMap<String, Path> settings = new TreeMap<>();
        home.settings().forEach((path, file) -> settings.put(path, Path.of(file)));
        return new SandboxSpec(
                run,
                Path.of(request.workdir()),
                request.command(),
                RunEnvironment.of(request, run, trust),
                limits,
                request.readable().stream().map(Path::of).toList(),
                new TreeMap<>(
                        GitInside.files(home.git(), remotes(Path.of(request.workdir()), caller))),
                settings,
                state,
                trust.mounts());
    }
}

package rein.server.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of the caller's home a run is given.
 *
 * @param client the profile by which the command was recognised
 * @param settings path below the run's home → file of the host, read-only
 * @param state folders below the run's home that are kept for the agent
 * @param stateFolder where a caller who is not root keeps state: the node's own folder is out of
 *     reach for the caller's process
 * @param telemetry hosts to which the client reports uninvited
 * @param git the caller's {@code user.name} and {@code user.email}
 */
public record HomeRequest(
        Optional<String> client,
        Map<String, String> settings,
        List<String> state,
        String stateFolder,
        List<String> telemetry,
        Map<String, String> git) {
    /** Nothing of it. */
    public static final HomeRequest NONE =
            new HomeRequest(Optional.empty(), Map.of(), List.of(), "", List.of(), Map.of());

    /** Where that caller's own process makes one folder of state. */
    public Path ownState(String agent, String path) {
        return Path.of(stateFolder, agent, path.replace('/', '+'));
    }
}

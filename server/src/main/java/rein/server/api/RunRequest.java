package rein.server.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What `rein run` asks of the node.
 *
 * @param caller the person on whose account it runs: the owner of an agent that is proposed
 * @param policy name and text of a `--policy` file
 * @param pack coding, locked or observe
 * @param readable further folders, read-only
 * @param level what the run must reach, or it is not started
 * @param environment what of the caller's environment the command keeps (terminal type, language)
 * @param pid the process that will become the contained command
 * @param attended a person sits at a terminal
 * @param home what of the caller's home the run is given
 * @param reach destinations granted to this run: {@code HOST:PORT[/PROTOCOL]}
 * @param expose its ports that this machine may reach: {@code PORT[:HOSTPORT]}
 * @param taints what it has touched from the beginning: {@code private_data}
 */
public record RunRequest(
        Optional<String> agent,
        String caller,
        Optional<PolicyFile> policy,
        String pack,
        String workdir,
        List<String> readable,
        Map<String, String> labels,
        String level,
        List<String> command,
        Map<String, String> environment,
        long pid,
        boolean attended,
        HomeRequest home,
        List<String> reach,
        List<String> expose,
        List<String> taints) {
    /** A policy file as the caller read it. */
    public record PolicyFile(String name, String text) {}
}

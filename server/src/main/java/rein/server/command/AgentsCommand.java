package rein.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.api.AgentView;

/** Which agents exist, and who answers for them. */
@Command(
        name = "agents",
        description = "List the agents, their owners and their states.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: rein agents --json"})
final class AgentsCommand extends Subcommand implements Callable<Integer> {

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Override
    public Integer call() {
        var out = out();
        List<AgentView> agents = client().all("/v1/agents", AgentView.class);
        if (json) {
            agents.forEach(agent -> Output.json(out, agent));
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("STATE", "AGENT", "OWNER", "BLUEPRINT", "RUNS"));
        for (AgentView agent : agents) {
            rows.add(
                    List.of(
                            agent.state(),
                            agent.name(),
                            agent.owner(),
                            agent.blueprint(),
                            String.valueOf(agent.runs())));
        }
        Output.table(out, rows);
        return 0;
    }
}

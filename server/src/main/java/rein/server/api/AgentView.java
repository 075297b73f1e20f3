package rein.server.api;

import java.util.List;
import java.util.Optional;
import rein.vocabulary.Agent;

/** An agent as the API shows it. */
public record AgentView(
        String name,
        String spiffeId,
        String state,
        String blueprint,
        String owner,
        List<String> sponsors,
        Optional<String> charter,
        int runs) {
    public static AgentView of(Agent agent, int runs) {
        return new AgentView(
                agent.name(),
                agent.spiffeId(),
                agent.state().name().toLowerCase(java.util.Locale.ROOT),
                agent.blueprint(),
                agent.owner(),
                agent.sponsors(),
                agent.charter(),
                runs);
    }
}

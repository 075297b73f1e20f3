package rein.registry;

import java.util.Set;
import java.util.TreeSet;
import rein.vocabulary.Agent;

/**
 * What came of moving an agent to another state.
 *
 * <pre>
 * proposed → active ⇄ suspended
 *     └────────┴──────────┴────→ retired
 * </pre>
 *
 * A proposed agent is not suspended here: resuming it would make it active without anybody having
 * approved it. A stop order holds it instead. Nothing leaves retired.
 */
public sealed interface Transition {
    /** It is in the new state now. */
    record Changed(Agent.State from, Agent agent) implements Transition {}

    /** It was in that state already; nothing changed. */
    record Unchanged(Agent agent) implements Transition {}

    /** There is no such step; the agent is as it was. */
    record Illegal(Agent agent, Agent.State wanted) implements Transition {
        public String explanation() {
            return "Agent "
                    + agent.name()
                    + " is "
                    + word(agent.state())
                    + " and cannot become "
                    + word(wanted)
                    + ".";
        }
    }

    /** There is no agent of that name. */
    record Absent(String name) implements Transition {}

    /** From which states this one is reached. */
    static Set<Agent.State> sources(Agent.State to) {
        return switch (to) {
            case PROPOSED -> Set.of();
            case ACTIVE -> ordered(Agent.State.PROPOSED, Agent.State.SUSPENDED);
            case SUSPENDED -> ordered(Agent.State.ACTIVE);
            case RETIRED ->
                    ordered(Agent.State.PROPOSED, Agent.State.ACTIVE, Agent.State.SUSPENDED);
        };
    }

    private static Set<Agent.State> ordered(Agent.State... states) {
        return new TreeSet<>(Set.of(states));
    }

    private static String word(Agent.State state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }
}

package rein.policy.review;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import rein.policy.value.Quoting;
import rein.vocabulary.Action;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/**
 * The least that permits what an agent was seen to do: one permit for each destination, with the
 * ports, protocols and methods that were used there. It is proved by deciding everything again.
 *
 * @param text Cedar
 * @param permitted of the different requests that passed, how many it permits
 * @param seen how many passed
 * @param refused of the different requests that did not pass, how many it still refuses
 * @param denied how many did not pass
 * @param open what is wrong with it, as sentences: requests that it does not treat as they were
 *     treated
 */
public record Suggestion(
        String text, int permitted, int seen, int refused, int denied, List<String> open) {
    /** A run that reached more destinations than this is not described by a list of them. */
    public static final int DESTINATIONS_MAX = 1_000;

    private static final int OPEN_MAX = 20;

    /** Whether it permits all that passed and nothing that did not. */
    public boolean proved() {
        return permitted == seen && refused == denied;
    }

    /**
     * From what was recorded of one agent.
     *
     * @param base what would apply besides: a pack that permits little, and what the fleet forbids
     * @param pack that the agent would run under
     */
    public static Suggestion of(String agent, List<Recorded> all, TextSet base, String pack) {
        Map<Request, Recorded> passed = new LinkedHashMap<>();
        Map<Request, Recorded> refused = new LinkedHashMap<>();
        for (Recorded recorded : all) {
            if (recorded.request().action().equals(Action.NETWORK_CONNECT)
                    && recorded.agent().equals(agent)) {
                (recorded.passed() ? passed : refused)
                        .putIfAbsent(Facts.asked(recorded.request()), recorded);
            }
        }
        // What was refused once and then granted is what it was seen to do.
        refused.keySet().removeAll(passed.keySet());
        String text = text(agent, List.copyOf(passed.values()));
        TextSet with =
                base.with(new PolicyText("suggested", new PolicyText.Scope.OfAgent(agent), text));
        List<String> open = new ArrayList<>();
        int permits = 0;
        for (Recorded recorded : passed.values()) {
            boolean allowed = again(recorded, with, pack) == Outcome.ALLOW;
            permits += allowed ? 1 : 0;
            note(open, !allowed, Replay.on(recorded) + " passed, and would not");
        }
        int refuses = 0;
        for (Recorded recorded : refused.values()) {
            // The door refused it; what policy says of it decides nothing.
            boolean same =
                    recorded.policy() == Outcome.ALLOW
                            || again(recorded, with, pack) != Outcome.ALLOW;
            refuses += same ? 1 : 0;
            note(open, !same, Replay.on(recorded) + " did not pass, and would");
        }
        return new Suggestion(text, permits, passed.size(), refuses, refused.size(), open);
    }

    private static Outcome again(Recorded recorded, TextSet with, String pack) {
        return with.decide(recorded.request(), Facts.without(recorded.facts(), pack)).outcome();
    }

    private static void note(List<String> open, boolean wrong, String sentence) {
        if (wrong && open.size() < OPEN_MAX) {
            open.add(sentence);
        }
    }

    private static String text(String agent, List<Recorded> passed) {
        Map<String, Map<String, Set<String>>> byHost = new TreeMap<>();
        for (Recorded recorded : passed) {
            Request request = recorded.request();
            if (byHost.size() < DESTINATIONS_MAX || byHost.containsKey(request.resource().id())) {
                Set<String> methods =
                        byHost.computeIfAbsent(request.resource().id(), _ -> new TreeMap<>())
                                .computeIfAbsent(way(request), _ -> new TreeSet<>());
                if (request.context().get("method") instanceof Value.Text(String method)) {
                    methods.add(method);
                }
            }
        }
        StringBuilder out = new StringBuilder();
        int number = 1;
        for (Map.Entry<String, Map<String, Set<String>>> host : byHost.entrySet()) {
            out.append(out.isEmpty() ? "" : "\n")
                    .append("@id(\"seen-")
                    .append(number++)
                    .append("\")\npermit (\n  principal == ")
                    .append(Quoting.literal(new EntityUid("Agent", agent)))
                    .append(",\n  action == ")
                    .append(Quoting.literal(Action.NETWORK_CONNECT.uid()))
                    .append(",\n  resource == ")
                    .append(Quoting.literal(new EntityUid("Host", host.getKey())))
                    .append("\n)\nwhen { ")
                    .append(
                            host.getValue().entrySet().stream()
                                    .map(Suggestion::condition)
                                    .sorted(Comparator.naturalOrder())
                                    .collect(Collectors.joining(" ||\n  ")))
                    .append(" };\n");
        }
        return out.toString();
    }

    private static String way(Request request) {
        String protocol =
                request.context().get("protocol") instanceof Value.Text(String word) ? word : "";
        long port = request.context().get("port") instanceof Value.Int(long number) ? number : 0;
        return "context.port == " + port + " && context.protocol == " + Quoting.literal(protocol);
    }

    private static String condition(Map.Entry<String, Set<String>> way) {
        String methods =
                way.getValue().isEmpty()
                        ? ""
                        : " && context has method && "
                                + way.getValue().stream()
                                        .map(Quoting::literal)
                                        .collect(Collectors.joining(", ", "[", "]"))
                                + ".contains(context.method)";
        return "(" + way.getKey() + methods + ")";
    }
}

package rein.policy.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rein.policy.Policies;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyException;
import rein.vocabulary.PolicyText;

/**
 * A policy and where it is written.
 *
 * @param id as decisions name it
 * @param source its own lines
 */
record Placed(String id, PolicyText text, Policy policy, String source) {
    /** The policies of the texts, in their order; a text that is no Cedar has none. */
    static List<Placed> of(List<PolicyText> texts) {
        List<Placed> all = new ArrayList<>();
        for (PolicyText text : texts) {
            try {
                List<Policy> policies = Policies.parse(text);
                String[] lines = text.text().split("\n", -1);
                for (int i = 0; i < policies.size(); i++) {
                    int from = policies.get(i).at().line() - 1;
                    int to =
                            i + 1 < policies.size()
                                    ? policies.get(i + 1).at().line() - 1
                                    : lines.length;
                    all.add(
                            new Placed(
                                    text.name() + "#" + policies.get(i).localId(),
                                    text,
                                    policies.get(i),
                                    source(lines, from, Math.max(from + 1, to))));
                }
            } catch (PolicyException notCedar) {
                // Nothing in it can be pointed at; whoever decides with it is told why.
            }
        }
        return all;
    }

    static Optional<Placed> find(List<Placed> all, String id) {
        return all.stream().filter(placed -> placed.id().equals(id)).findFirst();
    }

    /** Without the comments that belong to the next policy. */
    private static String source(String[] lines, int from, int to) {
        int end = to;
        while (end > from + 1
                && (lines[end - 1].isBlank() || lines[end - 1].strip().startsWith("//"))) {
            end--;
        }
        return String.join("\n", List.of(lines).subList(from, end));
    }
}

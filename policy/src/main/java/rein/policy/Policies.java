package rein.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import rein.policy.engine.CompiledPolicy;
import rein.policy.json.PolicyJson;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Linking;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.policy.syntax.Problem;
import rein.policy.syntax.Template;
import rein.vocabulary.PolicyText;

/** From a policy text to policies that can be evaluated, or to what is wrong with it. */
public final class Policies {
    private Policies() {}

    /**
     * What is wrong with a text: at most {@value Bounds#PROBLEMS_MAX} problems in the order of the
     * text, each one line; none means that every policy in it will be enforced. For whoever accepts
     * a text from outside ({@code --policy FILE}, the management API), before it is used.
     */
    public static List<Problem> check(PolicyText text) {
        try {
            return problems(text.name(), parse(text));
        } catch (PolicyException e) {
            return List.of(e.problem());
        }
    }

    /**
     * What whoever brings a text that is accepted should know: the policies in it that can never
     * apply, then those that cost every decision. None stops anybody from using it, and a text that
     * is refused has none.
     */
    public static List<Problem> warnings(PolicyText text) {
        List<Policy> policies;
        try {
            policies = parse(text);
        } catch (PolicyException _) {
            return List.of();
        }
        if (!problems(text.name(), policies).isEmpty()) {
            return List.of();
        }
        List<Problem> warnings =
                new ArrayList<>(ReinSchema.validator().check(text.name(), policies).warnings());
        warnings.addAll(PolicyLint.warnings(text.name(), policies));
        return warnings;
    }

    /** Refuses the whole text if any policy in it is not enforceable. */
    static List<CompiledPolicy> compile(PolicyText text) throws PolicyException {
        List<Policy> policies = parse(text);
        List<Problem> problems = problems(text.name(), policies);
        if (!problems.isEmpty()) {
            throw new PolicyException(PolicyException.Code.MEANING, problems.getFirst());
        }
        List<CompiledPolicy> compiled = new ArrayList<>(policies.size());
        for (Policy policy : policies) {
            String id = text.name() + "#" + policy.localId();
            compiled.add(new CompiledPolicy(id, text.scope(), policy));
        }
        return compiled;
    }

    /**
     * The policies of a text, Cedar or Cedar's JSON, unchecked: for reviews. In JSON, links make
     * policies of templates.
     */
    public static List<Policy> parse(PolicyText text) throws PolicyException {
        PolicyDocument document =
                PolicyJson.isJson(text.text())
                        ? PolicyJson.parse(text.name(), text.text())
                        : PolicyParser.parseDocument(text.name(), text.text());
        Set<String> linked = new HashSet<>();
        document.links().forEach(link -> linked.add(link.template()));
        for (Template template : document.templates()) {
            if (!linked.contains(template.localId())) {
                throw PolicyParser.unlinked(text.name(), template);
            }
        }
        return Linking.policies(text.name(), document);
    }

    private static List<Problem> problems(String name, List<Policy> policies) {
        List<Problem> problems = new ArrayList<>();
        for (Policy policy : policies) {
            problems.addAll(MeaningCheck.check(name, policy));
            if (problems.size() >= Bounds.PROBLEMS_MAX) {
                return List.copyOf(problems.subList(0, Bounds.PROBLEMS_MAX));
            }
        }
        return List.copyOf(problems);
    }
}

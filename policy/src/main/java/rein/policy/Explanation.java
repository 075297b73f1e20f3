package rein.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.policy.engine.Answer;
import rein.policy.engine.CompiledPolicy;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Problem;
import rein.policy.value.Quoting;
import rein.vocabulary.Action;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.Reason;
import rein.vocabulary.Request;
import rein.vocabulary.Taint;
import rein.vocabulary.Value;

/**
 * From what the policies say to a decision with its reasons. Stricter than Cedar in one point: a
 * forbid that cannot be evaluated denies, where Cedar would skip it.
 */
final class Explanation {
    static final String POLICY_ERROR = "policy-error";
    static final String NOT_PERMITTED = "not-permitted";
    static final String APPROVAL_REQUIRED = "approval-required";

    private final Request request;
    private final Answer answer;
    private String asked = "";

    private Explanation(Request request, Answer answer) {
        this.request = request;
        this.answer = answer;
    }

    static Decision decide(Request request, Answer answer) {
        answer.sort();
        return new Explanation(request, answer).decide();
    }

    /** Texts that cannot be used: nothing may rest on them. */
    static Decision broken(List<Problem> problems) {
        List<Reason> reasons = new ArrayList<>();
        for (Problem problem :
                problems.subList(0, Math.min(problems.size(), Bounds.PROBLEMS_MAX))) {
            reasons.add(
                    new Reason(
                            POLICY_ERROR,
                            "A policy that applies here cannot be used: " + problem + ".",
                            "Correct the policy " + Quoting.shown(problem.policy()) + "."));
        }
        return new Decision(Decision.Outcome.DENY, List.of(), reasons, false);
    }

    private Decision decide() {
        if (!answer.forbids().isEmpty() || forbidFailed()) {
            return forbidden();
        }
        List<CompiledPolicy> permits = answer.permits();
        if (permits.isEmpty()) {
            return notPermitted();
        }
        if (permits.size() == 1 && permits.getFirst().consent().isEmpty()) {
            return permits.getFirst().allowed();
        }
        List<CompiledPolicy> plain = new ArrayList<>(permits.size());
        for (CompiledPolicy policy : permits) {
            if (policy.consent().isEmpty()) {
                plain.add(policy);
            }
        }
        // Permits are united: whoever is let through by one of them need not wait for another.
        return plain.isEmpty()
                ? permitted(Decision.Outcome.REQUIRE_APPROVAL, permits)
                : permitted(Decision.Outcome.ALLOW, plain);
    }

    private boolean forbidFailed() {
        for (Answer.Failure failure : answer.failures()) {
            if (!failure.policy().permits()) {
                return true;
            }
        }
        return false;
    }

    private Decision permitted(Decision.Outcome outcome, List<CompiledPolicy> permits) {
        boolean allow = outcome == Decision.Outcome.ALLOW;
        Set<Taint> taints = new LinkedHashSet<>(0);
        String[] ids = new String[permits.size()];
        Reason[] reasons = new Reason[permits.size()];
        boolean names = false;
        for (int i = 0; i < ids.length; i++) {
            CompiledPolicy policy = permits.get(i);
            ids[i] = policy.id();
            reasons[i] = allow ? policy.permitted() : approval(policy);
            names |= policy.names();
            taints.addAll(policy.taints());
        }
        return new Decision(
                outcome,
                List.of(ids),
                List.of(reasons),
                names,
                List.of(),
                taints,
                allow ? Optional.empty() : Optional.of(consent(permits)));
    }

    /** Any of the permits is enough, so the yes that any of them takes is. */
    private static Consent consent(List<CompiledPolicy> permits) {
        List<Consent> all = permits.stream().flatMap(p -> p.consent().stream()).toList();
        return new Consent(
                all.stream().map(Consent::role).min(Comparator.naturalOrder()).orElseThrow(),
                all.stream().map(Consent::hold).max(Comparator.naturalOrder()).orElseThrow());
    }

    private Reason approval(CompiledPolicy policy) {
        return reason(
                policy,
                APPROVAL_REQUIRED,
                "Policy "
                        + policy.shownId()
                        + " permits "
                        + asked()
                        + " once "
                        + policy.consent().map(c -> "an " + c.role().label()).orElse("somebody")
                        + " approves it.",
                "Wait: it is held while the approval is asked for.");
    }

    private Decision forbidden() {
        List<String> policies = new ArrayList<>(answer.forbids().size());
        List<Reason> reasons = new ArrayList<>(answer.forbids().size());
        for (CompiledPolicy policy : answer.forbids()) {
            policies.add(policy.id());
            reasons.add(
                    policy.forbidden()
                            .orElseGet(() ->
                                    reason(
                                            policy,
                                            "forbidden",
                                            "Policy "
                                                    + policy.shownId()
                                                    + " forbids "
                                                    + asked()
                                                    + ".",
                                            CompiledPolicy.NO_PERMIT_OVERRIDES)));
        }
        for (Answer.Failure failure : answer.failures()) {
            if (!failure.policy().permits()) {
                policies.add(failure.policy().id());
                reasons.add(
                        new Reason(
                                POLICY_ERROR,
                                "Policy "
                                        + failure.policy().shownId()
                                        + " forbids something but could not be evaluated, so the"
                                        + " request is denied: "
                                        + failure.message()
                                        + ".",
                                "Correct the policy."));
            }
        }
        if (!answer.failures().isEmpty()) {
            policies.sort(Comparator.naturalOrder());
            addFailedPermits(reasons);
        }
        return new Decision(Decision.Outcome.DENY, policies, reasons, false);
    }

    private Decision notPermitted() {
        List<Reason> reasons = new ArrayList<>();
        reasons.add(
                new Reason(
                        NOT_PERMITTED,
                        "No policy permits " + asked() + ".",
                        "To permit it, add this line to a policy: " + permitLine()));
        addFailedPermits(reasons);
        return new Decision(Decision.Outcome.DENY, List.of(), reasons, false);
    }

    private void addFailedPermits(List<Reason> reasons) {
        for (Answer.Failure failure : answer.failures()) {
            if (failure.policy().permits()) {
                reasons.add(
                        new Reason(
                                POLICY_ERROR,
                                "Policy "
                                        + failure.policy().shownId()
                                        + " was skipped because it could not be evaluated: "
                                        + failure.message()
                                        + ".",
                                "Correct the policy if it should have permitted this."));
            }
        }
    }

    /** The policy's own words where it has them. */
    private static Reason reason(CompiledPolicy policy, String code, String text, String next) {
        return new Reason(
                policy.policy().annotation("code").orElse(code),
                policy.policy().annotation("reason").orElse(text),
                policy.policy().annotation("next").orElse(next));
    }

    /** Put into words once, however many policies forbid it. */
    private String asked() {
        if (asked.isEmpty()) {
            asked = inWords();
        }
        return asked;
    }

    private String inWords() {
        return request.action().equals(Action.NETWORK_CONNECT)
                ? request.action().id() + " to " + Quoting.shown(request.resource().id()) + by()
                : Quoting.shown(request.action().id())
                        + " on "
                        + Quoting.literal(request.resource());
    }

    private String by() {
        return request.context().get("protocol") instanceof Value.Text(String protocol)
                        && request.context().get("port") instanceof Value.Int(long port)
                ? " on port " + port + " (" + Quoting.shown(protocol) + ")"
                : "";
    }

    private String permitLine() {
        return "permit (principal == "
                + Quoting.literal(request.principal())
                + ", action == "
                + Quoting.literal(request.action().uid())
                + ", resource == "
                + Quoting.literal(request.resource())
                + ")"
                + narrowed()
                + ";";
    }

    /** Only what was asked for: a line that is pasted should not open SSH to a web server. */
    private String narrowed() {
        return request.context().get("protocol") instanceof Value.Text(String protocol)
                        && request.context().get("port") instanceof Value.Int(long port)
                ? " when { context.protocol == "
                        + Quoting.literal(protocol)
                        + " && context.port == "
                        + port
                        + " }"
                : "";
    }
}

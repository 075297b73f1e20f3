package rein.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import rein.audit.AuditException;
import rein.policy.Policies;
import rein.policy.review.ExactGrant;
import rein.policy.review.PolicyCase;
import rein.policy.review.Reach;
import rein.policy.review.SetDiff;
import rein.policy.review.TextSet;
import rein.policy.syntax.Problem;
import rein.registry.PolicyVersion;
import rein.registry.PolicyVersion.State;
import rein.registry.PolicyVersions;
import rein.registry.RegistryException;
import rein.respond.Approver;
import rein.server.api.PolicyApi;
import rein.server.http.ProblemException;
import rein.server.policy.CaseFile;
import rein.server.policy.PolicyBook;
import rein.server.policy.PolicyEffects;
import rein.server.policy.Scopes;
import rein.vocabulary.Action;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Tenant;

/**
 * Whether a policy set may take a step: its text is checked, its tests run, what it would change is
 * computed from what was recorded, and what weakens takes as many people as it takes (ADR 0040).
 */
final class PolicySteps {
    private static final int REASON_CHARS_MAX = 2_048;

    /** The second person has a day, as with approvals. */
    private static final Duration PROPOSED_MAX = Duration.ofHours(24);

    private final Tenant tenant;
    private final PolicyBook book;
    private final PolicyEffects effects;
    private final ApprovalPeople people;
    private final PolicyTargets targets;
    private final SigningKey key;
    private final IntSupplier recheck;

    /** What a step is decided on must not change before it is taken. */
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param recheck asks every open flow again; returns how many were cut
     */
    PolicySteps(
            Tenant tenant,
            PolicyBook book,
            PolicyEffects effects,
            ApprovalPeople people,
            PolicyTargets targets,
            SigningKey key,
            IntSupplier recheck) {
        this.tenant = tenant;
        this.book = book;
        this.effects = effects;
        this.people = people;
        this.targets = targets;
        this.key = key;
        this.recheck = recheck;
    }

    PolicyBook book() {
        return book;
    }

    /** Saves a version and brings it to its first state. */
    PolicyApi.Outcome put(PolicyApi.Put put, State to, Approver by)
            throws RegistryException, AuditException {
        lock.lock();
        try {
            return saved(put, to, by);
        } finally {
            lock.unlock();
        }
    }

    private PolicyApi.Outcome saved(PolicyApi.Put put, State to, Approver by)
            throws RegistryException, AuditException {
        String reason = reason(put.reason());
        String tests = put.tests().orElse("");
        tooLong("policy set", put.text(), PolicyVersions.TEXT_CHARS_MAX);
        tooLong("tests file", tests, PolicyVersions.TESTS_CHARS_MAX);
        if (to == State.RETIRED) {
            throw new ProblemException(422, "bad-state", "A new version is not retired at once.");
        }
        PolicyVersion draft =
                new PolicyVersion(
                        put.scope(),
                        0,
                        State.DRAFT,
                        put.text(),
                        tests,
                        by.shown(),
                        reason,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        by.shown(),
                        "",
                        Optional.empty());
        PolicyBook.check(new PolicyText(put.scope(), Scopes.ofSet(put.scope()), put.text()));
        List<PolicyVersion> active = book.active();
        List<PolicyCase.Result> results = tested(draft, active, to.active());
        PolicyVersion saved = book.save(put.scope(), put.text(), tests, by.shown(), reason);
        if (to == State.DRAFT) {
            return new PolicyApi.Outcome(
                    "done",
                    view(saved, false),
                    Optional.empty(),
                    List.of(),
                    warnings(saved),
                    results,
                    effect(saved, active, State.ENFORCE),
                    Optional.empty());
        }
        return step(saved, to, by, reason);
    }

    PolicyApi.Outcome step(PolicyApi.Step step, State to, Approver by)
            throws RegistryException, AuditException {
        lock.lock();
        try {
            return step(book.find(step.scope(), step.version()), to, by, reason(step.reason()));
        } finally {
            lock.unlock();
        }
    }

    private PolicyApi.Outcome step(PolicyVersion version, State to, Approver by, String reason)
            throws RegistryException, AuditException {
        if (to == State.DRAFT || to == version.state()) {
            throw new ProblemException(
                    409,
                    "no-such-step",
                    version.name()
                            + " is in the state "
                            + word(version.state())
                            + " already, or"
                            + " would become a draft again; save a new version instead.");
        }
        List<PolicyVersion> active = book.active();
        List<PolicyCase.Result> results = List.of();
        if (to.active()) {
            PolicyBook.check(PolicyBook.text(version));
            results = tested(version, active, true);
        }
        List<PolicyVersion> after = replaced(active, book.after(version, to, by.shown(), active));
        if (version.scope().equals("fleet")) {
            refuseLockOut(after);
        }
        boolean ends = version.state() == State.ENFORCE || to == State.RETIRED;
        PolicyApi.Effect effect = effect(version, active, ends ? to : State.ENFORCE);
        Weakening weakening = weakening(version, active, after, effect, to);
        Optional<String> second = second(version, to, by);
        boolean takesTwo = weakening.takesTwo() && people.needed() > 1;
        if (takesTwo && second.isEmpty()) {
            book.propose(version, to, by, reason);
            return new PolicyApi.Outcome(
                    "needs-second-person",
                    view(book.find(version.scope(), version.number()), false),
                    Optional.empty(),
                    weakening.sentences(),
                    warnings(version),
                    results,
                    effect,
                    Optional.empty());
        }
        String who = takesTwo ? second.orElseThrow() + " and " + by.shown() : by.shown();
        PolicyBook.Taken taken =
                book.take(version, to, who, reason, weakening.sentences(), recheck);
        return new PolicyApi.Outcome(
                "done",
                view(taken.version(), false),
                Optional.of(receipt(taken, who)),
                weakening.sentences(),
                warnings(taken.version()),
                results,
                effect,
                weakening.takesTwo() && !takesTwo
                        ? Optional.of(people.warning())
                        : Optional.empty());
    }

    /** The first of two, if this is certainly another. */
    private Optional<String> second(PolicyVersion version, State to, Approver by) {
        Optional<PolicyVersion.Proposal> proposal =
                version.proposal()
                        .filter(p -> p.to() == to)
                        .filter(p -> effects.now().isBefore(p.when().plus(PROPOSED_MAX)));
        if (proposal.isEmpty()) {
            return Optional.empty();
        }
        Approver first = Approver.parse(proposal.get().by());
        if (first.isCertainlyNot(by)) {
            return Optional.of(first.shown());
        }
        throw new ProblemException(
                409,
                "same-person",
                first.shown()
                        + " proposed this, and "
                        + by.shown()
                        + " is not certainly somebody else. It takes two people: another one with"
                        + " their own token.");
    }

    private static List<String> warnings(PolicyVersion version) {
        return Policies.warnings(PolicyBook.text(version)).stream().map(Problem::toString).toList();
    }

    private List<PolicyCase.Result> tested(
            PolicyVersion version, List<PolicyVersion> active, boolean must) {
        List<PolicyCase.Result> results;
        try {
            List<PolicyCase> cases = CaseFile.read(tenant, version.tests());
            TextSet texts =
                    new TextSet(
                            tenant,
                            book.texts(
                                    replaced(
                                            active,
                                            book.after(version, State.ENFORCE, "", active))));
            results = cases.stream().map(each -> each.run(texts)).toList();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, "bad-tests", ProblemException.why(e));
        }
        List<String> failed =
                results.stream()
                        .filter(result -> !result.met())
                        .map(result -> result.name() + ": " + result.said())
                        .toList();
        if (must && !failed.isEmpty()) {
            throw new ProblemException(
                    409,
                    "tests-failed",
                    failed.size()
                            + " of "
                            + results.size()
                            + " tests fail, so nothing is changed.\n"
                            + String.join("\n", failed));
        }
        return results;
    }

    /** What the recorded requests of its scope say of it, as if it were in that state. */
    private PolicyApi.Effect effect(PolicyVersion version, List<PolicyVersion> active, State to)
            throws AuditException {
        List<PolicyVersion> after = replaced(active, book.after(version, to, "", active));
        return effects.ofChange(
                version.scope(),
                new TextSet(tenant, book.texts(active)),
                new TextSet(tenant, book.texts(after)));
    }

    private record Weakening(List<String> sentences, boolean takesTwo) {}

    private Weakening weakening(
            PolicyVersion version,
            List<PolicyVersion> active,
            List<PolicyVersion> after,
            PolicyApi.Effect effect,
            State to) {
        List<PolicyText> before = enforced(active, version.scope());
        List<PolicyText> then = enforced(after, version.scope());
        List<String> sentences = new ArrayList<>();
        boolean inside = version.scope().startsWith("agent:");
        for (SetDiff.Change change : SetDiff.of(before, then).changes()) {
            if (change.effect() == SetDiff.Effect.WEAKENS) {
                sentences.add(change.what() + " " + change.id() + " (line " + change.line() + ")");
                inside &= !then.isEmpty() && isInsideCeiling(then.getFirst(), change.id(), active);
            }
        }
        boolean enforces = to == State.ENFORCE || version.state() == State.ENFORCE;
        if (enforces && effect.replay().opened() > 0) {
            sentences.add(
                    effect.replay().opened()
                            + " recorded requests that were denied would be allowed");
        }
        return new Weakening(List.copyOf(sentences), !sentences.isEmpty() && !inside);
    }

    /** Whether the agent's owner alone may grant what this permit grants. */
    private boolean isInsideCeiling(PolicyText text, String id, List<PolicyVersion> active) {
        Optional<ExactGrant> grant = ExactGrant.find(text, id);
        if (grant.isEmpty() || !(text.scope() instanceof PolicyText.Scope.OfAgent(String name))) {
            return false;
        }
        TextSet now = new TextSet(tenant, book.texts(active));
        Reach.Who who = effects.who(targets.agent(name), Optional.empty());
        Reach.Destination to = effects.destination(grant.get().host());
        return grant.get().ways().stream()
                .allMatch(way -> now.decide(Reach.grant(who, to, way), who.facts()).allowed());
    }

    private static List<PolicyText> enforced(List<PolicyVersion> active, String scope) {
        return active.stream()
                .filter(v -> v.state() == State.ENFORCE && v.scope().equals(scope))
                .map(PolicyBook::text)
                .toList();
    }

    private static List<PolicyVersion> replaced(
            List<PolicyVersion> active, List<PolicyVersion> after) {
        List<PolicyVersion> all = new ArrayList<>();
        for (PolicyVersion version : active) {
            if (after.stream().noneMatch(next -> next.name().equals(version.name()))) {
                all.add(version);
            }
        }
        after.stream().filter(next -> next.state().active()).forEach(all::add);
        return all;
    }

    /** Nobody may be left who could stop an agent or change this again. */
    private void refuseLockOut(List<PolicyVersion> after) {
        TextSet next = new TextSet(tenant, book.texts(after));
        EntityUid root = new EntityUid("Person", Approver.ROOT);
        Entity operator = new Entity(root, Set.of(new EntityUid("Role", "operator")));
        for (Action action : List.of(Action.POLICY_WRITE, Action.STOP_ORDER, Action.STOP_RESUME)) {
            Request request =
                    new Request(
                            root,
                            action,
                            new EntityUid("Fleet", "fleet"),
                            Map.of(),
                            List.of(operator));
            if (!next.decide(request).allowed()) {
                throw new ProblemException(
                        409,
                        "lock-out",
                        "With this set no operator could do "
                                + action.id()
                                + " any more, not even to take it back; nothing is changed.");
            }
        }
    }

    private PolicyApi.Receipt receipt(PolicyBook.Taken taken, String by) {
        PolicyVersion version = taken.version();
        PolicyApi.Receipt open =
                new PolicyApi.Receipt(
                        version.scope(),
                        version.number(),
                        word(version.state()),
                        PolicyBook.sha256(version),
                        taken.snapshot(),
                        by,
                        taken.record(),
                        taken.address(),
                        taken.cut(),
                        key.id(),
                        "");
        return new PolicyApi.Receipt(
                open.scope(),
                open.version(),
                open.state(),
                open.sha256(),
                open.snapshot(),
                open.by(),
                open.record(),
                open.address(),
                open.flowsCut(),
                open.key(),
                key.sign(open.signed().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    static PolicyApi.SetView view(PolicyVersion version, boolean whole) {
        return new PolicyApi.SetView(
                version.scope(),
                version.number(),
                version.name(),
                word(version.state()),
                version.author(),
                version.reason(),
                Optional.of(version.created()),
                Optional.of(version.changed()),
                version.changedBy(),
                version.signature(),
                version.proposal()
                        .map(p ->
                                new PolicyApi.Proposed(
                                        word(p.to()), Approver.parse(p.by()).shown(), p.when())),
                whole ? Optional.of(version.text()) : Optional.empty(),
                whole ? Optional.of(version.tests()) : Optional.empty());
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String reason(String reason) {
        String text = reason.strip();
        if (text.isEmpty() || text.length() > REASON_CHARS_MAX) {
            throw new ProblemException(
                    422,
                    "no-reason",
                    "A change of policy has a reason of 1 to " + REASON_CHARS_MAX + " characters.");
        }
        return text;
    }

    private static void tooLong(String what, String text, int max) {
        if (text.length() > max) {
            throw new ProblemException(
                    422, "too-long", "A " + what + " has at most " + max + " characters.");
        }
    }
}

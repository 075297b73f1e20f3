package rein.server.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.IntSupplier;
import rein.policy.Packs;
import rein.policy.Policies;
import rein.policy.syntax.Problem;
import rein.registry.PolicyVersion;
import rein.registry.PolicyVersion.State;
import rein.registry.PolicyVersions;
import rein.registry.RegistryException;
import rein.respond.Approver;
import rein.server.http.ProblemException;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/**
 * The life of an organisation's policy sets: saved, moved from state to state, put into the
 * snapshot. What it is asked to do it records first; whether it may be done is decided before it is
 * asked. Safe for any thread, but for steps, of which the caller takes one at a time.
 */
public final class PolicyBook {
    /**
     * What it needs.
     *
     * @param signer of the control plane's key: base64 of the signature
     * @param verifier whether a signature is that key's
     */
    public record Ports(
            PolicyVersions versions,
            Snapshots snapshots,
            Recorder recorder,
            Function<byte[], String> signer,
            BiPredicate<byte[], String> verifier,
            InstantSource clock) {}

    /**
     * That a step is taken.
     *
     * @param snapshot its number, from which on it is in force
     * @param record the id of the record that was written before
     * @param cut open flows that may not go on
     */
    public record Taken(
            PolicyVersion version, long snapshot, String record, String address, int cut) {}

    private final Ports ports;

    public PolicyBook(Ports ports) {
        this.ports = ports;
    }

    /** What is in the snapshot: the product's own texts, then the organisation's. */
    public List<PolicyText> texts() throws RegistryException {
        return texts(active());
    }

    public List<PolicyText> texts(List<PolicyVersion> active) {
        List<PolicyText> all = new ArrayList<>(Packs.all());
        active.stream().filter(v -> v.state().active()).forEach(v -> all.add(text(v)));
        return all;
    }

    /**
     * The active versions.
     *
     * @throws ProblemException if one of them is not as it was signed
     */
    public List<PolicyVersion> active() throws RegistryException {
        List<PolicyVersion> active = ports.versions().active();
        active.forEach(this::checkSignature);
        return active;
    }

    public PolicyVersions versions() {
        return ports.versions();
    }

    /** A version as it is decided from; one that is not active as if it were enforced. */
    public static PolicyText text(PolicyVersion version) {
        PolicyText.Mode mode =
                switch (version.state()) {
                    case SHADOW -> PolicyText.Mode.SHADOW;
                    case WARN -> PolicyText.Mode.WARN;
                    case ENFORCE, DRAFT, RETIRED -> PolicyText.Mode.ENFORCE;
                };
        return new PolicyText(version.name(), Scopes.ofSet(version.scope()), mode, version.text());
    }

    /** What is wrong with a text ends the request. */
    public static void check(PolicyText text) {
        List<Problem> problems = Policies.check(text);
        if (!problems.isEmpty()) {
            throw new ProblemException(
                    422,
                    "bad-policy",
                    String.join("\n", problems.stream().map(Problem::toString).toList()));
        }
    }

    /** Saves a draft, recorded before. */
    public PolicyVersion save(String scope, String text, String tests, String author, String reason)
            throws RegistryException {
        record(
                Draft.of(Kind.POLICY_CHANGED)
                        .person(author)
                        .asked(Action.POLICY_WRITE, on(scope))
                        .detail("change", "saved")
                        .detail("scope", scope)
                        .detail("text-sha256", Digests.sha256(text))
                        .content("reason", reason)
                        .build());
        return ports.versions().save(scope, text, tests, author, reason, this::sign);
    }

    /** Keeps that somebody asks for a step that takes two, recorded before. */
    public void propose(PolicyVersion version, State to, Approver by, String reason)
            throws RegistryException {
        record(step("proposed", version, to, by.shown(), reason).build());
        boolean kept =
                ports.versions()
                        .propose(
                                version,
                                new PolicyVersion.Proposal(to, by.text(), ports.clock().instant()));
        if (!kept) {
            throw moved(version);
        }
    }

    /**
     * What the versions would be after a step: first what makes room, then the version itself.
     *
     * @param active all active ones, from {@link #active}
     */
    public List<PolicyVersion> after(
            PolicyVersion version, State to, String by, List<PolicyVersion> active) {
        List<PolicyVersion> after = new ArrayList<>();
        for (PolicyVersion other : active) {
            boolean sameScope = other.scope().equals(version.scope());
            boolean samePlace =
                    to == State.ENFORCE
                            ? other.state() == State.ENFORCE
                            : to.active()
                                    && (other.state() == State.SHADOW
                                            || other.state() == State.WARN);
            if (sameScope && samePlace && other.number() != version.number()) {
                after.add(other.in(State.RETIRED, by, ports.clock().instant()));
            }
        }
        after.add(version.in(to, by, ports.clock().instant()));
        return after;
    }

    /**
     * Takes a step: recorded, then kept, then put into the snapshot, which live runs are decided
     * from at once; then every open flow is asked again.
     *
     * @param by the people whose step it is, in words
     * @param weakens what may become allowed by it, as sentences
     * @param recheck asks every open flow again; returns how many were cut
     */
    public Taken take(
            PolicyVersion version,
            State to,
            String by,
            String why,
            List<String> weakens,
            IntSupplier recheck)
            throws RegistryException {
        List<PolicyVersion> active = active();
        List<PolicyVersion> after =
                after(version, to, by, active).stream().map(this::sign).toList();
        List<PolicyVersion> before = before(version, after, active);
        Draft.Builder draft =
                step(to.name().toLowerCase(java.util.Locale.ROOT), version, to, by, why);
        if (!weakens.isEmpty()) {
            draft.detail("weakens", "true").content("weakens", String.join("\n", weakens));
        }
        Entry entry = record(draft.build());
        if (!ports.versions().move(before, after)) {
            throw moved(version);
        }
        try {
            ports.snapshots().put(texts());
        } catch (IOException e) {
            throw new ProblemException(
                    503,
                    "snapshot-not-written",
                    "The step is kept, and not in force before the next start or step, since"
                            + " the snapshot could not be written: "
                            + ProblemException.why(e));
        }
        long number = ports.snapshots().current().number();
        int cut = recheck.getAsInt();
        inForce(version, by, entry, number, cut);
        return new Taken(
                after.getLast(),
                number,
                entry.stamp().id().toString(),
                entry.address().toString(),
                cut);
    }

    /** That it happened; a log that is full now does not undo it. */
    private void inForce(PolicyVersion version, String by, Entry cause, long number, int cut) {
        try {
            ports.recorder()
                    .append(
                            Draft.of(Kind.POLICY_CHANGED)
                                    .person(by)
                                    .asked(Action.POLICY_WRITE, on(version.scope()))
                                    .detail("change", "in-force")
                                    .detail("scope", version.scope())
                                    .detail("version", String.valueOf(version.number()))
                                    .detail("snapshot", String.valueOf(number))
                                    .size("flows-cut", cut)
                                    .cause(cause.stamp().id())
                                    .build());
        } catch (RecordRefusedException e) {
            System.getLogger(PolicyBook.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            version.name() + " is in force, which could not be recorded",
                            e);
        }
    }

    private static List<PolicyVersion> before(
            PolicyVersion version, List<PolicyVersion> after, List<PolicyVersion> active) {
        List<PolicyVersion> before = new ArrayList<>();
        for (PolicyVersion next : after) {
            before.add(
                    active.stream()
                            .filter(known -> known.name().equals(next.name()))
                            .findFirst()
                            .orElse(version));
        }
        return before;
    }

    private Draft.Builder step(
            String change, PolicyVersion version, State to, String by, String reason) {
        return Draft.of(Kind.POLICY_CHANGED)
                .person(by)
                .asked(Action.POLICY_WRITE, on(version.scope()))
                .detail("change", change)
                .detail("scope", version.scope())
                .detail("version", String.valueOf(version.number()))
                .detail("from", version.state().name().toLowerCase(java.util.Locale.ROOT))
                .detail("to", to.name().toLowerCase(java.util.Locale.ROOT))
                .detail("text-sha256", Digests.sha256(version.text()))
                .content("reason", reason);
    }

    private static EntityUid on(String scope) {
        int colon = scope.indexOf(':');
        return colon < 0
                ? new EntityUid("Fleet", scope)
                : new EntityUid(
                        scope.startsWith("agent") ? "Agent" : "Blueprint",
                        scope.substring(colon + 1));
    }

    private Entry record(Draft draft) {
        try {
            return ports.recorder().append(draft);
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "Nothing was changed, since it could not be recorded: "
                            + ProblemException.why(e));
        }
    }

    private PolicyVersion sign(PolicyVersion version) {
        return version.with(ports.signer().apply(bytes(version)));
    }

    /** Of its text, in hex. */
    public static String sha256(PolicyVersion version) {
        return Digests.sha256(version.text());
    }

    /** A row that somebody changed in the database is not decided from. */
    void checkSignature(PolicyVersion version) {
        if (!ports.verifier().test(bytes(version), version.signature())) {
            throw new ProblemException(
                    503,
                    "policy-not-signed",
                    "Version "
                            + version.name()
                            + " in the database is not as this control plane signed it; restore"
                            + " the database, or retire the row.");
        }
    }

    private static byte[] bytes(PolicyVersion version) {
        return version.signed().getBytes(StandardCharsets.UTF_8);
    }

    private static ProblemException moved(PolicyVersion version) {
        return new ProblemException(
                409,
                "moved",
                version.name() + " was moved by somebody else meanwhile; look at it again.");
    }

    /** The version of these words, signed as it should be. */
    public PolicyVersion find(String scope, int number) throws RegistryException {
        Optional<PolicyVersion> found = ports.versions().find(scope, number);
        found.ifPresent(this::checkSignature);
        return found.orElseThrow(() ->
                new ProblemException(
                        404,
                        "no-such-version",
                        "There is no version "
                                + number
                                + " of "
                                + scope
                                + "; rein policy list names those there are."));
    }
}

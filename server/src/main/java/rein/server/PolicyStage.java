package rein.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import rein.audit.AuditLog;
import rein.policy.Policies;
import rein.policy.syntax.Problem;
import rein.registry.PolicyVersion;
import rein.registry.RegistryException;
import rein.respond.Stops;
import rein.server.http.Api;
import rein.server.http.ProblemException;
import rein.server.node.HostGroups;
import rein.server.policy.PolicyBook;
import rein.server.policy.PolicyEffects;
import rein.server.policy.RecordedDecisions;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

/** Policy's part of the control plane, wired: the snapshot, the sets, the questions. */
record PolicyStage(
        State state,
        World world,
        Logs logs,
        SigningKey key,
        SnapshotStore snapshots,
        PolicyBook book) {

    /** Puts in force what comes with the product and what the organisation has activated. */
    static PolicyStage open(State state, World world, Logs logs, SigningKey key, Stops stops)
            throws IOException, RegistryException, RecordRefusedException {
        SnapshotStore snapshots =
                new SnapshotStore(
                        state.folder().path().resolve("snapshot"),
                        state.tenant(),
                        key::sign,
                        key.open(),
                        stops::inForce);
        PolicyBook book =
                new PolicyBook(
                        new PolicyBook.Ports(
                                state.registry().policies(),
                                snapshots,
                                logs.control(),
                                key::sign,
                                key::holds,
                                world.clock()));
        try {
            Optional<Long> changed = snapshots.put(book.texts());
            if (changed.isPresent()) {
                logs.control()
                        .append(
                                Draft.of(Kind.POLICY_CHANGED)
                                        .person("rein:start")
                                        .detail("snapshot", String.valueOf(changed.get()))
                                        .build());
            }
        } catch (ProblemException e) {
            throw new ConfigurationException(ProblemException.why(e));
        }
        return new PolicyStage(state, world, logs, key, snapshots, book);
    }

    /** Sets that an upgrade has made unusable: what they apply to is denied until somebody acts. */
    List<String> words() throws RegistryException {
        List<String> words = new ArrayList<>();
        for (PolicyVersion version : book.active()) {
            List<Problem> problems = Policies.check(PolicyBook.text(version));
            if (!problems.isEmpty()) {
                words.add(
                        "Policy set "
                                + version.name()
                                + " cannot be used by this release, and what it applies to is"
                                + " denied: "
                                + problems.getFirst()
                                + ". Correct it: rein policy put.");
            }
        }
        return words;
    }

    /**
     * Adds what is asked at {@code /v1/policies}.
     *
     * @param recheck asks every open flow again
     */
    void addTo(
            Api api,
            AdminGate gate,
            ApprovalPeople people,
            Peers peers,
            HostGroups groups,
            IntSupplier recheck) {
        PolicyTargets targets = new PolicyTargets(state.registry(), gate);
        RecordedDecisions records =
                new RecordedDecisions(
                        state.tenant(),
                        logs.all().stream().map(AuditLog::reader).toList(),
                        logs.content());
        PolicyEffects effects = new PolicyEffects(records, groups::of, this::packOf, world.clock());
        SortedSet<String> hosts = new TreeSet<>(groups.registries());
        hosts.addAll(groups.telemetry());
        PolicySteps steps =
                new PolicySteps(state.tenant(), book, effects, people, targets, key, recheck);
        new PolicyRoutes(steps, targets, peers).addTo(api);
        new PolicyQuestions(
                        new PolicyQuestions.Sources(
                                state.tenant(),
                                book,
                                snapshots,
                                records,
                                effects,
                                targets,
                                List.copyOf(hosts),
                                logs.control()))
                .addTo(api);
    }

    private Optional<String> packOf(String blueprint) {
        try {
            return state.registry().blueprints().find(blueprint).map(found -> found.pack());
        } catch (RegistryException e) {
            throw new ProblemException(503, "database-gone", ProblemException.why(e));
        }
    }
}

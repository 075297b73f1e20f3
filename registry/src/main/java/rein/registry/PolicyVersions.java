package rein.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import rein.registry.PolicyVersion.Proposal;
import rein.registry.PolicyVersion.State;
import rein.vocabulary.Tenant;

/**
 * All versions of all policy sets of one tenant. It keeps the order of states and that at most one
 * version of a scope is enforced; what a text means is for the policy stage. Safe for any thread.
 */
public final class PolicyVersions {
    /** Half of what the policy language takes, so that a request with it fits into one body. */
    public static final int TEXT_CHARS_MAX = 524_288;

    public static final int TESTS_CHARS_MAX = 262_144;

    /** A scope that changes daily fills this in two years; then the oldest are history enough. */
    public static final int LISTED_MAX = 1_000;

    /** As many agents with sets of their own as a control plane carries into one snapshot. */
    public static final int ACTIVE_MAX = 10_000;

    /** Two people who save at once get two numbers; more at once is a loop. */
    private static final int TRIES_MAX = 8;

    private final Tenant tenant;
    private final Sql sql;
    private final InstantSource clock;

    PolicyVersions(Tenant tenant, Sql sql, InstantSource clock) {
        this.tenant = tenant;
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * Saves a draft under the scope's next number.
     *
     * @param signer gives the version back with its signature
     */
    public PolicyVersion save(
            String scope,
            String text,
            String tests,
            String author,
            String reason,
            UnaryOperator<PolicyVersion> signer)
            throws RegistryException {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            PolicyVersion draft =
                    signer.apply(
                            new PolicyVersion(
                                    scope,
                                    newest(scope) + 1,
                                    State.DRAFT,
                                    text,
                                    tests,
                                    author,
                                    reason,
                                    clock.instant(),
                                    clock.instant(),
                                    author,
                                    "",
                                    Optional.empty()));
            if (insert(draft)) {
                return draft;
            }
        }
        throw Page.refused("Somebody else saves policies of " + scope + " right now; try again.");
    }

    private boolean insert(PolicyVersion draft) throws RegistryException {
        return sql.update(
                        "INSERT INTO policy_version (tenant, scope, number, state, body, tests,"
                                + " author, reason, created, changed, changed_by, signature) VALUES"
                                + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        List.of(
                                tenant.trustDomain(),
                                draft.scope(),
                                draft.number(),
                                draft.state().name(),
                                draft.text(),
                                draft.tests(),
                                draft.author(),
                                draft.reason(),
                                draft.created(),
                                draft.changed(),
                                draft.changedBy(),
                                draft.signature()))
                > 0;
    }

    private int newest(String scope) throws RegistryException {
        return sql.queryOne(
                        "SELECT coalesce(max(number), 0) AS number FROM policy_version WHERE tenant"
                                + " = ? AND scope = ?",
                        List.of(tenant.trustDomain(), scope),
                        row -> row.getInt("number"))
                .orElse(0);
    }

    public Optional<PolicyVersion> find(String scope, int number) throws RegistryException {
        return sql.queryOne(
                "SELECT * FROM policy_version WHERE tenant = ? AND scope = ? AND number = ?",
                List.of(tenant.trustDomain(), scope, number),
                PolicyVersions::map);
    }

    /** The newest first, at most {@link #LISTED_MAX}. */
    public List<PolicyVersion> of(String scope) throws RegistryException {
        return sql.query(
                "SELECT * FROM policy_version WHERE tenant = ? AND scope = ? ORDER BY number DESC"
                        + " LIMIT "
                        + LISTED_MAX,
                List.of(tenant.trustDomain(), scope),
                PolicyVersions::map);
    }

    /** Of every scope what is not retired, by scope and number, at most {@link #LISTED_MAX}. */
    public List<PolicyVersion> current() throws RegistryException {
        return sql.query(
                "SELECT * FROM policy_version WHERE tenant = ? AND state <> 'RETIRED' ORDER BY"
                        + " scope, number LIMIT "
                        + LISTED_MAX,
                List.of(tenant.trustDomain()),
                PolicyVersions::map);
    }

    /**
     * All that belongs into a snapshot, by scope and number.
     *
     * @throws RegistryException REFUSED if there are more than {@link #ACTIVE_MAX}: then none,
     *     since a forbid could be among those left out
     */
    public List<PolicyVersion> active() throws RegistryException {
        List<PolicyVersion> found =
                sql.query(
                        "SELECT * FROM policy_version WHERE tenant = ? AND state IN ('SHADOW',"
                                + " 'WARN', 'ENFORCE') ORDER BY scope, number LIMIT "
                                + (ACTIVE_MAX + 1),
                        List.of(tenant.trustDomain()),
                        PolicyVersions::map);
        if (found.size() > ACTIVE_MAX) {
            throw Page.refused("More than " + ACTIVE_MAX + " policy sets are active.");
        }
        return found;
    }

    /**
     * Moves a version, and whatever it displaces, to other states: all or none.
     *
     * @param before as they were read; one that somebody has moved since makes it none
     * @param after the same versions in the same order, in their next states, signed. What leaves a
     *     state comes before what takes its place.
     * @return whether they were moved
     */
    public boolean move(List<PolicyVersion> before, List<PolicyVersion> after)
            throws RegistryException {
        List<Sql.Step> steps = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            PolicyVersion next = after.get(i);
            steps.add(
                    new Sql.Step(
                            "UPDATE policy_version SET state = ?, changed = ?, changed_by = ?,"
                                    + " signature = ?, proposed_state = NULL, proposed_by = NULL,"
                                    + " proposed_at = NULL WHERE tenant = ? AND scope = ? AND"
                                    + " number = ? AND state = ?",
                            List.of(
                                    next.state().name(),
                                    next.changed(),
                                    next.changedBy(),
                                    next.signature(),
                                    tenant.trustDomain(),
                                    next.scope(),
                                    next.number(),
                                    before.get(i).state().name())));
        }
        return sql.together(steps);
    }

    /** Keeps that somebody asks for a step that takes two. */
    public boolean propose(PolicyVersion version, Proposal proposal) throws RegistryException {
        return sql.update(
                        "UPDATE policy_version SET proposed_state = ?, proposed_by = ?, proposed_at"
                                + " = ? WHERE tenant = ? AND scope = ? AND number = ? AND state = ?",
                        List.of(
                                proposal.to().name(),
                                proposal.by(),
                                proposal.when(),
                                tenant.trustDomain(),
                                version.scope(),
                                version.number(),
                                version.state().name()))
                > 0;
    }

    private static PolicyVersion map(ResultSet row) throws SQLException {
        Optional<String> proposed = Sql.text(row, "proposed_state");
        return new PolicyVersion(
                row.getString("scope"),
                row.getInt("number"),
                State.valueOf(row.getString("state")),
                row.getString("body"),
                row.getString("tests"),
                row.getString("author"),
                row.getString("reason"),
                Sql.instant(row, "created"),
                Sql.instant(row, "changed"),
                row.getString("changed_by"),
                row.getString("signature"),
                proposed.isPresent()
                        ? Optional.of(
                                new Proposal(
                                        State.valueOf(proposed.get()),
                                        row.getString("proposed_by"),
                                        Sql.instant(row, "proposed_at")))
                        : Optional.empty());
    }
}

package rein.registry;

import java.time.InstantSource;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import rein.vocabulary.Tenant;
import rein.vocabulary.Ticker;
import rein.vocabulary.Uuid7;

/**
 * Who exists in one tenant: blueprints, persons, agents and their runs, and the policy sets of the
 * organisation. An installation with several tenants makes one of these per tenant over the same
 * {@link Database}.
 *
 * <p>What a stop or a start of a run has to look up is kept in memory, bounded, and answers while
 * PostgreSQL is gone; everything else then throws {@link RegistryException.Code#UNAVAILABLE} within
 * 2 s. Owns no thread and nothing to close. Safe for any thread; it blocks, so call it on a virtual
 * one.
 */
public final class Registry {
    private final Blueprints blueprints;
    private final Persons persons;
    private final Agents agents;
    private final Runs runs;
    private final PolicyVersions policies;

    private Registry(
            Blueprints blueprints,
            Persons persons,
            Agents agents,
            Runs runs,
            PolicyVersions policies) {
        this.blueprints = blueprints;
        this.persons = persons;
        this.agents = agents;
        this.runs = runs;
        this.policies = policies;
    }

    /**
     * Reads the agents changed last into memory.
     *
     * @param source of a migrated {@link Database}
     * @param random for ids
     * @throws RegistryException UNAVAILABLE
     */
    public static Registry open(
            Tenant tenant,
            DataSource source,
            InstantSource clock,
            Ticker ticker,
            RandomGenerator random)
            throws RegistryException {
        Sql sql = new Sql(source);
        Persons persons = new Persons(tenant, sql, clock);
        Agents agents =
                new Agents(
                        tenant,
                        sql,
                        new AgentMemory(ticker, AgentMemory.AGENTS_MAX),
                        persons,
                        clock,
                        new Uuid7(clock, random));
        agents.warm();
        return new Registry(
                new Blueprints(tenant, sql, clock),
                persons,
                agents,
                new Runs(tenant, sql, new RunMemory(RunMemory.RUNS_MAX)),
                new PolicyVersions(tenant, sql, clock));
    }

    public Blueprints blueprints() {
        return blueprints;
    }

    public Persons persons() {
        return persons;
    }

    public Agents agents() {
        return agents;
    }

    public Runs runs() {
        return runs;
    }

    public PolicyVersions policies() {
        return policies;
    }
}

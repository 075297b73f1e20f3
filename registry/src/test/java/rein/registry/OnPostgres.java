package rein.registry;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Agent;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Tenant;

/** A registry on the real PostgreSQL, started once a class; each test has a tenant of its own. */
abstract class OnPostgres {
    static final AtomicInteger TENANTS = new AtomicInteger();
    @TempDir static Path temporary;
    static DataFolder folder;
    static EmbeddedPostgres postgres;
    static Database database;

    final SimulatedTime time = new SimulatedTime();
    Registry registry;

    @BeforeAll
    static void start() throws RegistryException {
        folder = DataFolder.open(temporary.resolve("rein"));
        postgres = EmbeddedPostgres.start(folder, new SecureRandom());
        database = Database.open(postgres.address(), List.of(Database.REGISTRY_MIGRATIONS));
    }

    @AfterAll
    static void stop() {
        database.close();
        postgres.close();
        folder.close();
    }

    @BeforeEach
    void open() throws RegistryException {
        registry = open("t" + TENANTS.incrementAndGet() + ".example");
        registry.persons().ensure("alice");
        registry.persons().ensure("bob");
    }

    Registry open(String tenant) throws RegistryException {
        Registry opened =
                Registry.open(
                        new Tenant(tenant),
                        database.dataSource(),
                        time,
                        time,
                        new SplittableRandom(tenant.hashCode()));
        opened.blueprints().ensureDefaults(List.of("coding", "locked", "observe"));
        return opened;
    }

    static String plan(Connection connection, String statement, Object... parameters)
            throws Exception {
        try (PreparedStatement prepared = connection.prepareStatement("EXPLAIN " + statement)) {
            for (int i = 0; i < parameters.length; i++) {
                prepared.setObject(i + 1, parameters[i]);
            }
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = prepared.executeQuery()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    List<String> walk(Agents.Filter filter, int limit) throws RegistryException {
        List<String> names = new ArrayList<>();
        Page<Agent> page = registry.agents().list(filter, Optional.empty(), limit);
        page.items().forEach(agent -> names.add(agent.name()));
        while (page.next().isPresent()) {
            page = registry.agents().list(filter, page.next(), limit);
            page.items().forEach(agent -> names.add(agent.name()));
        }
        return names;
    }

    Agent bring(String name, Agent.State state) throws RegistryException {
        register(registry, name, "alice");
        List<Agent.State> steps =
                switch (state) {
                    case PROPOSED -> List.of();
                    case ACTIVE -> List.of(Agent.State.ACTIVE);
                    case SUSPENDED -> List.of(Agent.State.ACTIVE, Agent.State.SUSPENDED);
                    case RETIRED -> List.of(Agent.State.RETIRED);
                };
        for (Agent.State step : steps) {
            registry.agents().move(name, step);
        }
        return found(name);
    }

    Agent found(String name) throws RegistryException {
        return switch (registry.agents().find(name)) {
            case Agents.Lookup.Found found -> found.agent();
            case Agents.Lookup.Remembered _, Agents.Lookup.Absent _ ->
                    throw new AssertionError(name + " is not found");
        };
    }

    Runs.Entry entry(Run run) throws RegistryException {
        return switch (registry.runs().find(run.id().toString())) {
            case Runs.Lookup.One one -> one.entry();
            case Runs.Lookup.Several _, Runs.Lookup.None _ ->
                    throw new AssertionError(run.id() + " is not found");
        };
    }

    Run run(Agent agent, long number) {
        return new Run(
                new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0000L | number),
                Optional.empty(),
                agent,
                "node-1",
                Level.CONTAINED,
                new TreeMap<>(),
                time.instant());
    }

    static Registration register(Registry registry, String name, String owner)
            throws RegistryException {
        return registry.agents()
                .register(name, "coding", owner, List.of("bob"), Optional.of("builds things"));
    }

    static void assertRefused(Callable<?> call, String text) {
        assertThatThrownBy(call::call)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(text)
                .hasMessageNotContaining("\n")
                .extracting(e -> ((RegistryException) e).code())
                .isEqualTo(RegistryException.Code.REFUSED);
    }

    static String noise(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(1, 100);
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(1, 0x250));
        }
        return text.toString();
    }
}

package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Agent;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Tenant;

/** On the real PostgreSQL; each test has a tenant of its own. */
final class RegistryTest {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    @TempDir static Path temporary;
    private static DataFolder folder;
    private static EmbeddedPostgres postgres;
    private static Database database;

    private final SimulatedTime time = new SimulatedTime();
    private Registry registry;

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

    private Registry open(String tenant) throws RegistryException {
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

    @Test
    void anAgentIsRegisteredOnceAndFoundAgain() throws Exception {
        Registration first = register(registry, "builder", "alice");
        assertThat(first).isInstanceOf(Registration.Created.class);
        Agent agent = ((Registration.Created) first).agent();
        assertThat(agent.state()).isEqualTo(Agent.State.PROPOSED);
        assertThat(agent.sponsors()).containsExactly("bob");
        assertThat(agent.charter()).contains("builds things");
        assertThat(register(registry, "builder", "alice"))
                .isEqualTo(new Registration.Existing(agent));
        assertThat(register(registry, "builder", "bob")).isEqualTo(new Registration.Taken(agent));

        Registry later = open(agent.tenant().trustDomain());
        assertThat(later.agents().remembered("builder")).contains(agent);
        time.advance(Duration.ofMinutes(1));
        assertThat(later.agents().find("builder")).isEqualTo(new Agents.Lookup.Found(agent));
        assertThat(later.agents().find("nobody")).isEqualTo(new Agents.Lookup.Absent());
    }

    @Test
    void whatItRefersToHasToExist() {
        assertRefused(() -> register(registry, "builder", "zoe"), "zoe");
        assertRefused(
                () ->
                        registry.agents()
                                .register("builder", "novel", "alice", List.of(), Optional.empty()),
                "novel");
        assertRefused(() -> register(registry, "Not A Name", "alice"), "Not A Name");
        assertRefused(() -> registry.persons().ensure("a b"), "a b");
        assertRefused(
                () ->
                        registry.agents()
                                .register(
                                        "builder", "coding", "alice", List.of(), Optional.of("\0")),
                "");
    }

    @Test
    void aRunWithoutAgentBelongsToAProposedOne() throws Exception {
        Registration proposal = registry.agents().propose("carol", "/usr/bin/claude", "coding");
        Agent agent = ((Registration.Created) proposal).agent();
        assertThat(agent.name()).isEqualTo("carol-claude");
        assertThat(agent.owner()).isEqualTo("carol");
        assertThat(agent.state()).isEqualTo(Agent.State.PROPOSED);
        assertThat(registry.agents().propose("carol", "claude", "coding"))
                .isEqualTo(new Registration.Existing(agent));
        registry.agents().propose("a", "b-c", "coding");
        assertThat(registry.agents().propose("a-b", "c", "coding"))
                .isInstanceOf(Registration.Taken.class);
    }

    @Test
    void proposedNamesAreAlwaysNames() {
        assertThat(Agents.proposedName("alice", "/opt/Qwen Code")).isEqualTo("alice-qwen-code");
        assertThat(Agents.proposedName("DOM\\al", "é")).isEqualTo("dom-al");
        assertThat(Agents.proposedName("é", "/")).isEqualTo("agent");
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2_000; i++) {
            String user = noise(random);
            String command = noise(random);
            assertThat(Agent.isName(Agents.proposedName(user, command)))
                    .as("%s / %s", user, command)
                    .isTrue();
        }
    }

    @Test
    void onlyLegalStepsAreTaken() throws Exception {
        Map<Agent.State, Set<Agent.State>> legal =
                Map.of(
                        Agent.State.PROPOSED,
                        EnumSet.of(Agent.State.ACTIVE, Agent.State.RETIRED),
                        Agent.State.ACTIVE,
                        EnumSet.of(Agent.State.SUSPENDED, Agent.State.RETIRED),
                        Agent.State.SUSPENDED,
                        EnumSet.of(Agent.State.ACTIVE, Agent.State.RETIRED),
                        Agent.State.RETIRED,
                        EnumSet.noneOf(Agent.State.class));
        for (Agent.State from : Agent.State.values()) {
            for (Agent.State to : Agent.State.values()) {
                String name = (from + "-to-" + to).toLowerCase(java.util.Locale.ROOT);
                bring(name, from);
                Transition transition = registry.agents().move(name, to);
                boolean moves = legal.getOrDefault(from, Set.of()).contains(to);
                Agent.State expected = moves ? to : from;
                switch (transition) {
                    case Transition.Changed changed -> {
                        assertThat(moves).as(name).isTrue();
                        assertThat(changed.from()).isEqualTo(from);
                        assertThat(changed.agent().state()).isEqualTo(to);
                    }
                    case Transition.Unchanged unchanged -> {
                        assertThat(from).isEqualTo(to);
                        assertThat(unchanged.agent().state()).isEqualTo(to);
                    }
                    case Transition.Illegal illegal -> {
                        assertThat(moves || from == to).as(name).isFalse();
                        assertThat(illegal.explanation()).contains("cannot become");
                    }
                    case Transition.Absent absent -> assertThat(absent.name()).isEmpty();
                }
                time.advance(Duration.ofMinutes(1));
                assertThat(found(name).state()).isEqualTo(expected);
            }
        }
        assertThat(registry.agents().move("nobody", Agent.State.ACTIVE))
                .isEqualTo(new Transition.Absent("nobody"));
    }

    @Test
    void ofManyWhoMoveAtOnceOneSucceeds() throws Exception {
        bring("contended", Agent.State.ACTIVE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Transition>> tries = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                tries.add(
                        threads.submit(
                                () -> registry.agents().move("contended", Agent.State.SUSPENDED)));
            }
            int changed = 0;
            for (Future<Transition> one : tries) {
                changed += one.get() instanceof Transition.Changed ? 1 : 0;
            }
            assertThat(changed).isEqualTo(1);
        }
    }

    @Test
    void tenantsDoNotSeeEachOther() throws Exception {
        Registry other = open("other" + TENANTS.incrementAndGet() + ".example");
        other.persons().ensure("eve");
        register(registry, "builder", "alice");
        Registration theirs =
                other.agents().register("builder", "coding", "eve", List.of(), Optional.empty());
        assertThat(theirs).isInstanceOf(Registration.Created.class);
        other.agents().move("builder", Agent.State.ACTIVE);
        time.advance(Duration.ofMinutes(1));
        assertThat(found("builder").owner()).isEqualTo("alice");
        assertThat(found("builder").state()).isEqualTo(Agent.State.PROPOSED);
        assertThat(other.persons().find("alice")).isEmpty();
        Run run = run(((Registration.Created) theirs).agent(), 0xabcdL);
        other.runs().started(run);
        assertThat(registry.runs().find(run.shortId())).isEqualTo(new Runs.Lookup.None());
        assertThat(registry.runs().list(Runs.Filter.ALL, Optional.empty(), 10).items()).isEmpty();
        assertThat(registry.agents().list(Agents.Filter.ALL, Optional.empty(), 10).items())
                .hasSize(1);
    }

    @Test
    void pagesShowEveryAgentOnce() throws Exception {
        for (int i = 0; i < 25; i++) {
            register(registry, "agent-%02d".formatted(i), i % 5 == 0 ? "bob" : "alice");
        }
        assertThat(walk(Agents.Filter.ALL, 4)).hasSize(25).isSorted().doesNotHaveDuplicates();
        assertThat(walk(Agents.Filter.ALL, 25)).hasSize(25);
        assertThat(walk(Agents.Filter.ownedBy("bob"), 2))
                .containsExactly("agent-00", "agent-05", "agent-10", "agent-15", "agent-20");
        registry.agents().move("agent-03", Agent.State.ACTIVE);
        assertThat(walk(Agents.Filter.in(Agent.State.ACTIVE), 2)).containsExactly("agent-03");
        Agents.Filter prefix =
                new Agents.Filter(
                        Optional.empty(),
                        Optional.of("coding"),
                        Optional.empty(),
                        Optional.of("agent-1"));
        assertThat(walk(prefix, 3)).hasSize(10);
        assertRefused(
                () -> registry.agents().list(Agents.Filter.ALL, Optional.of("?!"), 5), "cursor");
        assertRefused(
                () -> registry.agents().list(Agents.Filter.ALL, Optional.empty(), 501), "501");
    }

    @Test
    void personsAndBlueprints() throws Exception {
        Registry fresh = open("fresh" + TENANTS.incrementAndGet() + ".example");
        assertThat(fresh.persons().isSingleOperator()).isTrue();
        fresh.persons().ensure("alice");
        assertThat(fresh.persons().ensure("alice").name()).isEqualTo("alice");
        assertThat(fresh.persons().isSingleOperator()).isTrue();
        fresh.persons().ensure("bob");
        assertThat(fresh.persons().isSingleOperator()).isFalse();
        Page<Persons.Person> first = fresh.persons().list(Optional.empty(), 1);
        assertThat(first.items()).extracting(Persons.Person::name).containsExactly("alice");
        assertThat(fresh.persons().list(first.next(), 1).items())
                .extracting(Persons.Person::name)
                .containsExactly("bob");
        assertThat(fresh.blueprints().list(Optional.empty(), 10).items())
                .extracting(Blueprints.Blueprint::name)
                .containsExactly("coding", "locked", "observe");
        assertThat(fresh.blueprints().find("coding").orElseThrow().pack()).isEqualTo("coding");
        assertThat(fresh.blueprints().find("novel")).isEmpty();
    }

    @Test
    void aRunStartsAndEndsOnce() throws Exception {
        Agent agent = bring("builder", Agent.State.ACTIVE);
        Run parent = run(agent, 0x10);
        TreeMap<String, String> labels =
                new TreeMap<>(Map.of("job", "7", "step", "a \"quoted\" {é}\\", "b", ""));
        Run run =
                new Run(
                        new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0011L),
                        Optional.of(parent.id()),
                        agent,
                        "node-1",
                        Level.GATEWAY,
                        labels,
                        time.instant());
        registry.runs().started(parent);
        registry.runs().started(run);
        registry.runs().started(run);
        assertThat(entry(run)).isEqualTo(new Runs.Entry(run, Optional.empty()));
        Runs.End end = new Runs.End(time.instant(), Runs.How.EXITED, OptionalInt.of(137));
        assertThat(registry.runs().ended(run.id(), end)).isTrue();
        assertThat(
                        registry.runs()
                                .ended(
                                        run.id(),
                                        new Runs.End(
                                                time.instant(),
                                                Runs.How.STOPPED,
                                                OptionalInt.empty())))
                .isFalse();
        assertThat(entry(run)).isEqualTo(new Runs.Entry(run, Optional.of(end)));
        assertThat(
                        registry.runs()
                                .list(
                                        new Runs.Filter(
                                                Optional.of(agent.id()),
                                                Optional.of("node-1"),
                                                true),
                                        Optional.empty(),
                                        10)
                                .items())
                .extracting(e -> e.run().id())
                .containsExactly(parent.id());
        assertThat(registry.runs().endLost("node-2", time.instant())).isZero();
        assertThat(registry.runs().endLost("node-1", time.instant())).isEqualTo(1);
        assertThat(entry(parent).end().orElseThrow().how()).isEqualTo(Runs.How.LOST);
    }

    @Test
    void aRunIsFoundByItsLastDigits() throws Exception {
        Agent agent = bring("builder", Agent.State.ACTIVE);
        Run one = run(agent, 0x1234_5678_9abcL);
        Run two = run(agent, 0x1234_0078_9abcL);
        registry.runs().started(one);
        registry.runs().started(two);
        assertThat(entry(one).run()).isEqualTo(one);
        assertThat(registry.runs().find("5678 9abc".replace(" ", "")))
                .isEqualTo(new Runs.Lookup.One(new Runs.Entry(one, Optional.empty())));
        assertThat(registry.runs().find("9ABC"))
                .isInstanceOfSatisfying(
                        Runs.Lookup.Several.class,
                        several -> {
                            assertThat(several.candidates())
                                    .extracting(Runs.Entry::run)
                                    .containsExactly(one, two);
                            assertThat(several.more()).isFalse();
                        });
        assertThat(registry.runs().find("abc")).isEqualTo(new Runs.Lookup.None());
        assertThat(registry.runs().find("9ab_")).isEqualTo(new Runs.Lookup.None());
        assertThat(registry.runs().find("%%%%")).isEqualTo(new Runs.Lookup.None());
        assertThat(registry.runs().find("ffff")).isEqualTo(new Runs.Lookup.None());
        for (int i = 0; i < 12; i++) {
            registry.runs().started(run(agent, 0x9abcL + ((long) (i + 1) << 20)));
        }
        assertThat(registry.runs().find("9abc"))
                .isInstanceOfSatisfying(
                        Runs.Lookup.Several.class,
                        several -> {
                            assertThat(several.candidates()).hasSize(Runs.CANDIDATES_MAX);
                            assertThat(several.more()).isTrue();
                        });
        Page<Runs.Entry> page = registry.runs().list(Runs.Filter.ALL, Optional.empty(), 10);
        Page<Runs.Entry> rest = registry.runs().list(Runs.Filter.ALL, page.next(), 10);
        assertThat(page.items()).hasSize(10);
        assertThat(rest.items()).hasSize(4).doesNotContainAnyElementsOf(page.items());
        // Which of these a stop means is decided among those that still run.
        registry.runs()
                .ended(two.id(), new Runs.End(time.instant(), Runs.How.EXITED, OptionalInt.of(0)));
        assertThat(registry.runs().remembered("789abc"))
                .isEqualTo(new Runs.Lookup.One(new Runs.Entry(one, Optional.empty())));
    }

    /**
     * What a look-up costs must not grow with the number of rows: no plan may read a whole table.
     */
    @Test
    void lookUpsUseAnIndex() throws Exception {
        String tenant = bring("builder", Agent.State.ACTIVE).tenant().trustDomain();
        UUID agent = found("builder").id();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO agent (tenant, id, name, blueprint, owner, sponsors, state,"
                            + " created, changed) SELECT '"
                            + tenant
                            + "', gen_random_uuid(), 'many-' || i, 'coding', 'alice', '{}',"
                            + " 'ACTIVE', now(), now() FROM generate_series(1, 20000) i");
            statement.execute(
                    "INSERT INTO run (tenant, id, agent, node, level, labels, started) SELECT '"
                            + tenant
                            + "', gen_random_uuid(), '"
                            + agent
                            + "', 'node-1', 'CONTAINED', '{}', now() FROM generate_series(1,"
                            + " 20000)");
            statement.execute("ANALYZE");
            assertThat(plan(connection, Agents.FIND, tenant, "many-77"))
                    .contains("Index Scan")
                    .doesNotContain("Seq Scan");
            assertThat(plan(connection, Runs.FIND, tenant, "77ab77", "77ab77g", 11))
                    .contains("run_by_short_id")
                    .doesNotContain("Seq Scan");
            assertThat(
                            plan(
                                    connection,
                                    "SELECT * FROM agent WHERE tenant = ? AND owner = ? AND name >"
                                            + " ? ORDER BY name LIMIT ?",
                                    tenant,
                                    "alice",
                                    "many-5",
                                    101))
                    .contains("Index Scan")
                    .doesNotContain("Sort");
            assertThat(
                            plan(
                                    connection,
                                    "SELECT * FROM agent WHERE tenant = ? ORDER BY changed DESC"
                                            + " LIMIT ?",
                                    tenant,
                                    100))
                    .contains("agent_by_change")
                    .doesNotContain("Sort");
        }
    }

    @Test
    void aDatabaseOfANewerReleaseIsRefused() throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO flyway_schema_history SELECT 99, '9999', 'later', type,"
                            + " 'V9999__later.sql', checksum, installed_by, installed_on, 1, true"
                            + " FROM flyway_schema_history WHERE version = '1'");
            try {
                assertThatThrownBy(() ->
                                Database.open(
                                                postgres.address(),
                                                List.of(Database.REGISTRY_MIGRATIONS))
                                        .close())
                        .isInstanceOf(RegistryException.class)
                        .hasMessageContaining("newer release")
                        .hasMessageNotContaining("\n")
                        .extracting(e -> ((RegistryException) e).code())
                        .isEqualTo(RegistryException.Code.BROKEN);
            } finally {
                statement.execute("DELETE FROM flyway_schema_history WHERE version = '9999'");
            }
        }
    }

    /** The rule of the house: the tenant leads every primary key and every index. */
    @Test
    void theTenantLeadsEveryIndex() throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND"
                                        + " tablename <> 'flyway_schema_history'")) {
            int indexes = 0;
            while (rows.next()) {
                indexes++;
                assertThat(rows.getString(1)).contains("(tenant,");
            }
            assertThat(indexes).isGreaterThan(8);
        }
    }

    private static String plan(Connection connection, String statement, Object... parameters)
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

    private List<String> walk(Agents.Filter filter, int limit) throws RegistryException {
        List<String> names = new ArrayList<>();
        Page<Agent> page = registry.agents().list(filter, Optional.empty(), limit);
        page.items().forEach(agent -> names.add(agent.name()));
        while (page.next().isPresent()) {
            page = registry.agents().list(filter, page.next(), limit);
            page.items().forEach(agent -> names.add(agent.name()));
        }
        return names;
    }

    private Agent bring(String name, Agent.State state) throws RegistryException {
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

    private Agent found(String name) throws RegistryException {
        return switch (registry.agents().find(name)) {
            case Agents.Lookup.Found found -> found.agent();
            case Agents.Lookup.Remembered _, Agents.Lookup.Absent _ ->
                    throw new AssertionError(name + " is not found");
        };
    }

    private Runs.Entry entry(Run run) throws RegistryException {
        return switch (registry.runs().find(run.id().toString())) {
            case Runs.Lookup.One one -> one.entry();
            case Runs.Lookup.Several _, Runs.Lookup.None _ ->
                    throw new AssertionError(run.id() + " is not found");
        };
    }

    private Run run(Agent agent, long number) {
        return new Run(
                new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0000L | number),
                Optional.empty(),
                agent,
                "node-1",
                Level.CONTAINED,
                new TreeMap<>(),
                time.instant());
    }

    private static Registration register(Registry registry, String name, String owner)
            throws RegistryException {
        return registry.agents()
                .register(name, "coding", owner, List.of("bob"), Optional.of("builds things"));
    }

    private static void assertRefused(Callable<?> call, String text) {
        assertThatThrownBy(call::call)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(text)
                .hasMessageNotContaining("\n")
                .extracting(e -> ((RegistryException) e).code())
                .isEqualTo(RegistryException.Code.REFUSED);
    }

    private static String noise(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(1, 100);
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(1, 0x250));
        }
        return text.toString();
    }
}

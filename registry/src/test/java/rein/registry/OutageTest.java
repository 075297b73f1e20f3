package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Agent;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Tenant;

/** PostgreSQL is gone: a stop and a start still find what they need, all else says so at once. */
final class OutageTest {
    private static final Tenant TENANT = new Tenant("test.example");
    @TempDir Path temporary;

    @Test
    void memoryAnswersWhilePostgresIsGone() throws Exception {
        SimulatedTime time = new SimulatedTime();
        try (DataFolder folder = DataFolder.open(temporary.resolve("rein"))) {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, new SecureRandom());
            try (Database database =
                    Database.open(postgres.address(), List.of(Database.REGISTRY_MIGRATIONS))) {
                Registry registry =
                        Registry.open(
                                TENANT, database.dataSource(), time, time, new SplittableRandom(1));
                registry.blueprints().ensureDefaults(List.of("coding"));
                Agent agent =
                        ((Registration.Created)
                                        registry.agents().propose("alice", "claude", "coding"))
                                .agent();
                Run before = run(agent, 0x1111_1111L, time);
                registry.runs().started(before);

                ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
                // A session outlives its postmaster by some milliseconds.
                PostgresOrphan.stop(new PostgresFolder(folder.path().resolve("postgres")));
                time.advance(Duration.ofMinutes(2));

                assertThat(registry.agents().find("alice-claude"))
                        .isEqualTo(new Agents.Lookup.Remembered(agent, Duration.ofMinutes(2)));
                assertThat(registry.agents().remembered("alice-claude")).contains(agent);
                assertThat(registry.runs().find("11111111"))
                        .isEqualTo(new Runs.Lookup.One(new Runs.Entry(before, Optional.empty())));
                assertUnavailable(() -> registry.agents().find("nobody"));
                assertUnavailable(() -> registry.agents().move("alice-claude", Agent.State.ACTIVE));
                assertUnavailable(() -> registry.runs().find("22222222"));
                Run during = run(agent, 0x2222_2222L, time);
                assertThatThrownBy(() -> registry.runs().started(during))
                        .isInstanceOf(RegistryException.class);
                assertThat(registry.runs().remembered("22222222"))
                        .as("a run that could not be written can still be stopped")
                        .isEqualTo(new Runs.Lookup.One(new Runs.Entry(during, Optional.empty())));

                postgres.close();
                try (EmbeddedPostgres again = EmbeddedPostgres.start(folder, new SecureRandom())) {
                    assertThat(again.isAlive()).isTrue();
                    assertThat(findAgain(registry))
                            .as("the pool comes back by itself")
                            .isEqualTo(new Agents.Lookup.Found(agent));
                    assertThat(
                                    registry.runs()
                                            .ended(
                                                    before.id(),
                                                    new Runs.End(
                                                            time.instant(),
                                                            Runs.How.EXITED,
                                                            OptionalInt.of(0))))
                            .as("what was acknowledged before the kill is there")
                            .isTrue();
                }
            }
        }
    }

    /** The pool tries again at least every 5 s, and each look-up waits 2 s for it. */
    private static Agents.Lookup findAgain(Registry registry) throws RegistryException {
        Agents.Lookup found = registry.agents().find("alice-claude");
        for (int i = 0; i < 10 && found instanceof Agents.Lookup.Remembered; i++) {
            found = registry.agents().find("alice-claude");
        }
        return found;
    }

    @Test
    void memoryIsBounded() {
        SimulatedTime time = new SimulatedTime();
        AgentMemory agents = new AgentMemory(time, 3);
        for (String name : List.of("a", "b", "c")) {
            agents.putChanged(Samples.agent(name));
        }
        assertThat(agents.get("a")).isPresent();
        agents.putChanged(Samples.agent("d"));
        assertThat(agents.get("b")).as("the one not used for longest").isEmpty();
        assertThat(agents.get("a")).isPresent();
        long changes = agents.changes();
        agents.putChanged(Samples.agent("a"));
        agents.putRead(Samples.agent("e"), changes);
        assertThat(agents.get("e")).as("read before the change, so not trusted").isEmpty();

        RunMemory runs = new RunMemory(2);
        Run first = Samples.run("a", 0x1111);
        runs.put(new Runs.Entry(first, Optional.empty()));
        runs.put(new Runs.Entry(Samples.run("a", 0x2222), Optional.empty()));
        runs.end(
                Samples.run("a", 0x2222).id(),
                new Runs.End(time.instant(), Runs.How.STOPPED, OptionalInt.empty()));
        runs.put(new Runs.Entry(Samples.run("a", 0x3333), Optional.empty()));
        assertThat(runs.endingIn("2222")).as("the ended one goes first").isEmpty();
        assertThat(runs.endingIn("1111")).hasSize(1);
    }

    private static Run run(Agent agent, long number, SimulatedTime time) {
        return new Run(
                Samples.run("any", number).id(),
                Optional.empty(),
                agent,
                "node-1",
                Level.CONTAINED,
                new java.util.TreeMap<>(),
                time.instant());
    }

    private static void assertUnavailable(Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("Try again")
                .extracting(e -> ((RegistryException) e).code())
                .isEqualTo(RegistryException.Code.UNAVAILABLE);
    }
}

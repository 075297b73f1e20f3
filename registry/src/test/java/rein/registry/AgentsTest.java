package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Agent;
import rein.vocabulary.Run;

/** Agents, persons and blueprints. */
final class AgentsTest extends OnPostgres {
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
}

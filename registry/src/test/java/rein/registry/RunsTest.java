package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Agent;
import rein.vocabulary.Level;
import rein.vocabulary.Run;

/** Runs, and how people name them. */
final class RunsTest extends OnPostgres {
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
}

package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rein.registry.PolicyVersion.Proposal;
import rein.registry.PolicyVersion.State;

/** Versions of policy sets: numbered, moved together or not at all, one enforced a scope. */
final class PolicyVersionsTest extends OnPostgres {
    private PolicyVersion save(String scope, String text) throws RegistryException {
        return registry.policies()
                .save(scope, text, "[]", "alice", "because", v -> v.with("signed " + v.number()));
    }

    private PolicyVersion moved(PolicyVersion version, State state) {
        return version.in(state, "bob", time.instant()).with("signed " + state);
    }

    @Test
    void versionsAreNumberedByScopeAndReadBackAsTheyWereSaved() throws Exception {
        PolicyVersion first = save("fleet", "// ünï 1");
        PolicyVersion second = save("fleet", "// 2");
        PolicyVersion other = save("agent:coder", "// 3");
        assertThat(List.of(first.number(), second.number(), other.number()))
                .containsExactly(1, 2, 1);
        assertThat(registry.policies().find("fleet", 1)).contains(first);
        assertThat(registry.policies().of("fleet")).containsExactly(second, first);
        assertThat(registry.policies().current()).containsExactly(other, first, second);
        assertThat(registry.policies().active()).isEmpty();
        assertThat(registry.policies().find("fleet", 3)).isEmpty();
        assertThat(open("other.example").policies().current()).isEmpty();
        assertThat(first.name()).isEqualTo("fleet@1");
    }

    @Test
    void ofTwoEnforcedVersionsOneMakesRoomInTheSameStep() throws Exception {
        PolicyVersion first = save("fleet", "// 1");
        PolicyVersion second = save("fleet", "// 2");
        PolicyVersion enforced = moved(first, State.ENFORCE);
        assertThat(registry.policies().move(List.of(first), List.of(enforced))).isTrue();
        assertRefused(
                () ->
                        registry.policies()
                                .move(List.of(second), List.of(moved(second, State.ENFORCE))),
                "policy_enforced");
        assertThat(registry.policies().active()).containsExactly(enforced);

        PolicyVersion shadow = moved(second, State.SHADOW);
        assertThat(registry.policies().move(List.of(second), List.of(shadow))).isTrue();
        assertThat(registry.policies().active()).containsExactly(enforced, shadow);
        List<PolicyVersion> after =
                List.of(moved(enforced, State.RETIRED), moved(shadow, State.ENFORCE));
        assertThat(registry.policies().move(List.of(enforced, shadow), after)).isTrue();
        assertThat(registry.policies().active()).containsExactly(after.getLast());
    }

    @Test
    void whatSomebodyElseHasMovedMeanwhileMovesNothing() throws Exception {
        PolicyVersion first = save("fleet", "// 1");
        PolicyVersion second = save("fleet", "// 2");
        PolicyVersion retired = moved(second, State.RETIRED);
        assertThat(registry.policies().move(List.of(second), List.of(retired))).isTrue();
        assertThat(
                        registry.policies()
                                .move(
                                        List.of(first, second),
                                        List.of(
                                                moved(first, State.ENFORCE),
                                                moved(second, State.RETIRED))))
                .isFalse();
        assertThat(registry.policies().find("fleet", 1)).contains(first);
    }

    @Test
    void aProposalIsKeptUntilTheVersionMoves() throws Exception {
        PolicyVersion first = save("fleet", "// 1");
        Proposal proposal = new Proposal(State.ENFORCE, "alice/token:1/", time.instant());
        assertThat(registry.policies().propose(first, proposal)).isTrue();
        PolicyVersion kept = registry.policies().find("fleet", 1).orElseThrow();
        assertThat(kept.proposal()).contains(proposal);
        assertThat(kept.signed()).isEqualTo(first.signed());
        assertThat(registry.policies().move(List.of(kept), List.of(moved(kept, State.ENFORCE))))
                .isTrue();
        assertThat(registry.policies().find("fleet", 1).orElseThrow().proposal())
                .isEqualTo(Optional.empty());
        assertThat(registry.policies().propose(first, proposal)).isFalse();
    }

    @Test
    void savesAtOnceGetDifferentNumbers() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<PolicyVersion>> saves =
                    IntStream.range(0, 4)
                            .mapToObj(i -> (Callable<PolicyVersion>) () -> save("fleet", "// " + i))
                            .toList();
            for (var saved : threads.invokeAll(saves)) {
                assertThat(saved.get().number()).isBetween(1, 4);
            }
        }
        assertThat(registry.policies().of("fleet")).hasSize(4);
    }

    @Test
    void whatIsSignedTellsPartsApart() throws Exception {
        UUID salt = new UUID(1, 2);
        PolicyVersion one =
                registry.policies().save("fleet", "a", "b" + salt, "alice", "r", v -> v.with("s"));
        PolicyVersion two =
                registry.policies()
                        .save("agent:x", "ab", salt + "", "alice", "r", v -> v.with("s"));
        assertThat(one.signed()).isNotEqualTo(two.signed()).contains("1:a\n");
        assertThat(moved(one, State.ENFORCE).signed()).isNotEqualTo(one.signed());
    }
}

package rein.policy.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Decision.Outcome;

final class ReplayTest {
    private final TextSet shipped = Connects.shippedAnd();
    private final List<Recorded> all =
            List.of(
                    Connects.recorded(
                            shipped, Connects.to("coder", "a.test", 443, "tls"), "observe", 3),
                    Connects.recorded(
                            shipped, Connects.to("coder", "b.test", 443, "tls"), "observe", 1),
                    Connects.recorded(
                            shipped, Connects.to("other", "a.test", 443, "tls"), "coding", 5),
                    Connects.recorded(
                            shipped, Connects.to("coder", "a.test", 22, "ssh"), "observe", 1));

    @Test
    void theSameTextsChangeNothing() {
        Replay replay = Replay.since(all, shipped);
        assertThat(replay)
                .isEqualTo(new Replay(10, 4, 0, 0, List.of(), 0))
                .isEqualTo(Replay.between(all, shipped, Connects.shippedAnd()));
    }

    @Test
    void aForbidBlocksWhatItNamesAndSaysForWhom() {
        TextSet next =
                Connects.shippedAnd(
                        Connects.fleet(
                                """
                                @id("no-a") @code("not-a")
                                forbid (principal, action, resource == Host::"a.test");
                                """));
        Replay replay = Replay.between(all, shipped, next);
        assertThat(replay.blocked()).isEqualTo(3);
        assertThat(replay.opened()).isZero();
        assertThat(replay.changes())
                .containsExactly(
                        new Replay.Change(
                                "coder",
                                "a.test:443 (tls)",
                                Outcome.ALLOW,
                                Outcome.DENY,
                                List.of("fleet@1#no-a"),
                                "not-a",
                                3));
    }

    @Test
    void aPermitOpensWhatWasDeniedAndRepeatsCount() {
        TextSet next =
                Connects.shippedAnd(
                        Connects.fleet(
                                "permit (principal == Agent::\"other\", action, resource);"));
        Replay replay = Replay.between(all, shipped, next);
        assertThat(replay.opened()).isEqualTo(5);
        assertThat(replay.blocked()).isZero();
        assertThat(replay.changes().getFirst().opens()).isTrue();
    }

    @Test
    void moreChangesThanAnybodyReadsAreCounted() {
        List<Recorded> many = new ArrayList<>();
        for (int i = 0; i < Replay.CHANGES_MAX + 7; i++) {
            many.add(
                    Connects.recorded(
                            shipped,
                            Connects.to("coder", "h" + i + ".test", 443, "tls"),
                            "observe",
                            1));
        }
        Replay replay =
                Replay.since(
                        many,
                        Connects.shippedAnd(
                                Connects.fleet("forbid (principal, action, resource is Host);")));
        assertThat(replay.changes()).hasSize(Replay.CHANGES_MAX);
        assertThat(replay.more()).isEqualTo(7);
        assertThat(replay.blocked()).isEqualTo(Replay.CHANGES_MAX + 7);
    }
}

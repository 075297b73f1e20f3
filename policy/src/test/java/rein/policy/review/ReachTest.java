package rein.policy.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rein.policy.Packs;
import rein.vocabulary.Decision.Outcome;

final class ReachTest {
    private static final Reach.Way TLS = new Reach.Way(443, "tls");
    private static final Reach.Way SSH = new Reach.Way(22, "ssh");

    private static Reach.Who who(String agent, String pack) {
        return new Reach.Who(Connects.facts(agent, pack));
    }

    @Test
    void itNamesEverythingThatIsNotDeniedAndByWhat() {
        Reach.Answer answer =
                Reach.of(
                        List.of(who("locked-one", "locked"), who("watched", "observe")),
                        List.of(
                                new Reach.Destination("mirror.test", Set.of("mirrors"), true),
                                new Reach.Destination(Reach.ANY_OTHER, Set.of(), true)),
                        List.of(TLS, SSH),
                        Connects.shippedAnd());
        assertThat(answer.asked()).isEqualTo(8);
        assertThat(answer.found())
                .containsExactly(
                        new Reach.Found(
                                "locked-one",
                                "mirror.test",
                                TLS,
                                Outcome.ALLOW,
                                List.of("locked#mirrors")),
                        new Reach.Found(
                                "watched",
                                "mirror.test",
                                TLS,
                                Outcome.ALLOW,
                                List.of("observe#public-https")),
                        new Reach.Found(
                                "watched",
                                Reach.ANY_OTHER,
                                TLS,
                                Outcome.ALLOW,
                                List.of("observe#public-https")));
    }

    @Test
    void hostsAndWaysAreThoseThatPoliciesName() {
        assertThat(Reach.hosts(Packs.all())).contains("169.254.169.254");
        assertThat(
                        Reach.ways(
                                List.of(
                                        Connects.fleet(
                                                "permit (principal, action, resource == Host::\"x\")"
                                                        + " when { context.port == 22 &&"
                                                        + " [\"ssh\"].contains(context.protocol) };"))))
                .contains(SSH);
    }

    @Test
    void aCaseSaysWhatCameInstead() {
        PolicyCase met =
                new PolicyCase(
                        "no mining",
                        Connects.to("coder", "pool.test", 3333, "stratum"),
                        Connects.facts("coder", "observe"),
                        Outcome.DENY,
                        List.of("no-stratum"));
        assertThat(met.run(Connects.shippedAnd()))
                .isEqualTo(new PolicyCase.Result("no mining", true, ""));
        PolicyCase missed =
                new PolicyCase("ssh", met.request(), met.facts(), Outcome.ALLOW, List.of());
        assertThat(missed.run(Connects.shippedAnd()).said())
                .startsWith("expected allow, got deny by fleet#no-stratum. Stratum is");
        PolicyCase other =
                new PolicyCase(
                        "who", met.request(), met.facts(), Outcome.DENY, List.of("no-socks"));
        assertThat(other.run(Connects.shippedAnd()).said())
                .isEqualTo(
                        "expected to be determined by no-socks, was determined by fleet#no-stratum.");
    }
}

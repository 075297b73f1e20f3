package rein.policy.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ExactGrantTest {
    private static Optional<ExactGrant> of(String resource, String condition) {
        return ExactGrant.find(
                Connects.fleet(
                        "@id(\"g\") permit (principal, action == Action::\"network:connect\", "
                                + resource
                                + ") "
                                + condition
                                + ";"),
                "g");
    }

    private static Reach.Way way(long port, String protocol) {
        return new Reach.Way(port, protocol);
    }

    @Test
    void whatNamesOneHostAndItsWaysIsAGrant() {
        String host = "resource == Host::\"a.test\"";
        assertThat(of(host, "when { context.port == 443 && context.protocol == \"tls\" }"))
                .contains(new ExactGrant("a.test", Set.of(way(443, "tls"))));
        assertThat(
                        of(
                                host,
                                "when { [80, 8080].contains(context.port) } when { context.named &&"
                                        + " context.protocol == \"http\" }"))
                .contains(
                        new ExactGrant(
                                "a.test",
                                new TreeSet<>(Set.of(way(80, "http"), way(8080, "http")))));
        assertThat(
                        of(
                                host,
                                "when { (context.port == 443 && context.protocol == \"tls\") ||"
                                        + " (context.port == 22 && context.protocol == \"ssh\") }"))
                .contains(
                        new ExactGrant(
                                "a.test", new TreeSet<>(Set.of(way(22, "ssh"), way(443, "tls")))));
    }

    @Test
    void whatLeavesAnythingOpenIsNone() {
        String host = "resource == Host::\"a.test\"";
        assertThat(of(host, "")).isEmpty();
        assertThat(of(host, "when { context.port == 443 }")).isEmpty();
        assertThat(of(host, "when { context.port != 443 && context.protocol == \"tls\" }"))
                .isEmpty();
        assertThat(of(host, "unless { context.port == 443 && context.protocol == \"tls\" }"))
                .isEmpty();
        assertThat(
                        of(
                                host,
                                "when { (context.port == 443 && context.protocol == \"tls\") ||"
                                        + " context.port == 22 }"))
                .isEmpty();
        assertThat(
                        of(
                                "resource in HostGroup::\"forges\"",
                                "when { context.port == 443 && context.protocol == \"tls\" }"))
                .isEmpty();
        assertThat(
                        ExactGrant.find(
                                Connects.fleet("forbid (principal, action, resource);"), "policy0"))
                .isEmpty();
    }
}

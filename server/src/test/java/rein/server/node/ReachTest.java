package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rein.policy.Policies;
import rein.vocabulary.Draft;
import rein.vocabulary.PolicyText;

final class ReachTest {
    @ParameterizedTest
    @CsvSource({
        "API.Example:443, api.example, 443, tls http",
        "api.example:22/ssh, api.example, 22, ssh",
        "db.example:3306/mysql, db.example, 3306, mysql",
        "10.0.0.5:8443, 10.0.0.5, 8443, tls tls-unnamed http",
        "10.0.0.5:8443/tls, 10.0.0.5, 8443, tls tls-unnamed",
        "10.0.0.5:8080/http, 10.0.0.5, 8080, http"
    })
    void namesADestination(String text, String host, int port, String protocols) {
        assertThat(Reach.parse(text))
                .isEqualTo(new Reach(host, port, List.of(protocols.split(" ", -1))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.example",
                "api.example:0",
                "api.example:70000",
                "api.example:443/stratum",
                "api.example:443/socks",
                "api.example:443/",
                ":443",
                "[2001:db8::1]:443",
                "a\"b:443",
                "https://api.example:443",
                "169.254.169.254:80",
                "100.100.100.200:80/http"
            })
    void whatIsNoneIsSaid(String text) {
        assertThatThrownBy(() -> Reach.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--reach ")
                .message()
                .endsWith(".");
    }

    @Test
    void becomesAPolicyOfTheRunThatChecks() {
        PolicyText policy =
                Reach.policy(Reach.parse(List.of("a.example:443", "10.0.0.5:22/ssh")), "builder")
                        .orElseThrow();
        assertThat(policy.scope()).isEqualTo(new PolicyText.Scope.OfRun());
        assertThat(Policies.check(policy)).isEmpty();
        assertThat(policy.text())
                .contains("principal == Agent::\"builder\"", "resource == Host::\"10.0.0.5\"")
                .contains("context.port == 22 && [\"ssh\"].contains(context.protocol)");
        assertThat(Reach.policy(List.of(), "builder")).isEmpty();
    }

    @Test
    void tooManyAreAFileOfPolicies() {
        List<String> many = Collections.nCopies(Reach.GRANTS_MAX + 1, "a.example:443");
        assertThatThrownBy(() -> Reach.parse(many)).hasMessageContaining("--policy file");
    }

    @Test
    void theRecordNamesThePerson() {
        Draft record =
                Reach.parse("db.example:3306/mysql")
                        .record(rein.testkit.Samples.run("builder", 1), "alice");
        assertThat(record.person()).contains("alice");
        assertThat(record.detail())
                .containsEntry("change", "reach")
                .containsEntry("host", "db.example")
                .containsEntry("port", "3306")
                .containsEntry("protocol", "mysql");
    }
}

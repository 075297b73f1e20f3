package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import rein.policy.engine.CompiledPolicy;
import rein.policy.schema.Schema;
import rein.policy.syntax.PolicyException;
import rein.vocabulary.Decision;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Value;

/** Each sentence in the comments of a pack, asked as a request. */
class PacksTest {
    private static final List<String> PACKS = Packs.names();
    private static final EntityUid CODER = new EntityUid("Agent", "coder");

    @Test
    void everyPackIsEnforceableAndEveryPolicyInItIsNamedAndReasoned() throws PolicyException {
        assertThat(Packs.all())
                .extracting(PolicyText::name)
                .containsExactly(
                        "fleet",
                        "admin",
                        "ceiling",
                        "trifecta",
                        "escalation",
                        "coding",
                        "locked",
                        "observe");
        for (PolicyText pack : Packs.all()) {
            assertThat(Policies.check(pack)).as(pack.name()).isEmpty();
            for (CompiledPolicy policy : Policies.compile(pack)) {
                assertThat(policy.policy().annotations())
                        .as(policy.id())
                        .containsKeys("id", "reason", "code");
                assertThat(policy.permits() || policy.policy().annotations().containsKey("next"))
                        .as("%s forbids, so it says what to do instead", policy.id())
                        .isTrue();
            }
        }
    }

    @Test
    void aPackIsFoundByItsNameOnly() {
        assertThat(Packs.find(Packs.DEFAULT)).isPresent();
        assertThat(Packs.find("../coding")).isEmpty();
        assertThat(Packs.find("fleet")).as("not a choice").isEmpty();
    }

    @ParameterizedTest
    @FieldSource("PACKS")
    void everyPackRefusesWhatTheFleetForbids(String pack) {
        Decision mining =
                Asking.connect("coder", "pool.test").with("protocol", "stratum").inPack(pack);
        assertDenied(mining, "stratum-forbidden", "fleet#no-stratum");
        Decision socks =
                Asking.connect("coder", "proxy.test").with("protocol", "socks").inPack(pack);
        assertDenied(socks, "socks-forbidden", "fleet#no-socks");
        Decision telemetry =
                Asking.connect("coder", "stats.test", "client-telemetry", "package-registries")
                        .inPack(pack);
        assertDenied(telemetry, "client-telemetry", "fleet#client-telemetry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh", "unknown", "silent", "tls-unnamed", "websocket"})
    void noPackPermitsOtherProtocolsEvenToKnownHosts(String protocol) {
        for (String pack : PACKS) {
            Decision decision =
                    Asking.connect("coder", "git.test", "forges", "package-registries", "mirrors")
                            .with("protocol", protocol)
                            .inPack(pack);
            assertDenied(decision, "not-permitted");
        }
    }

    @ParameterizedTest
    @FieldSource("PACKS")
    void noPackPermitsARawAddress(String pack) {
        Decision decision =
                Asking.connect("coder", "192.0.2.7", "forges", "package-registries", "mirrors")
                        .with("named", Value.of(false))
                        .inPack(pack);
        assertDenied(decision, "not-permitted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "http"})
    void codingPermitsThePackageRegistries(String protocol) {
        Decision decision =
                Asking.connect("coder", "packages.test", "package-registries")
                        .with("protocol", protocol)
                        .inPack("coding");
        assertAllowed(decision, "coding#package-registries");
        assertThat(decision.names()).as("a pack names no host").isFalse();
    }

    @Test
    void codingReadsTheForges() {
        assertAllowed(
                Asking.connect("coder", "git.test", "forges").inPack("coding"),
                "coding#forges-read");
        assertAllowed(overHttp().with("method", "GET").inPack("coding"), "coding#forges-read");
        assertDenied(overHttp().with("method", "POST").inPack("coding"), "not-permitted");
        assertDenied(overHttp().inPack("coding"), "not-permitted");
    }

    @Test
    void codingDeniesEverythingElseWithTheLineThatPermitsIt() {
        Decision decision = Asking.connect("coder", "evil.test").inPack("coding");
        assertDenied(decision, "not-permitted");
        assertThat(decision.reasons().getFirst().text())
                .isEqualTo("No policy permits network:connect to evil.test on port 443 (tls).");
        assertThat(decision.reasons().getFirst().nextStep())
                .endsWith(
                        "permit (principal == Agent::\"coder\", action =="
                                + " Action::\"network:connect\", resource =="
                                + " Host::\"evil.test\") when { context.protocol == \"tls\" &&"
                                + " context.port == 443 };");
    }

    @Test
    void lockedPermitsTheMirrorsAndNothingElse() {
        assertAllowed(
                Asking.connect("coder", "mirror.test", "mirrors").inPack("locked"),
                "locked#mirrors");
        assertDenied(
                Asking.connect("coder", "git.test", "forges", "package-registries")
                        .inPack("locked"),
                "not-permitted");
    }

    @Test
    void observePermitsPublicHttpsOnly() {
        assertAllowed(
                Asking.connect("coder", "any.test").inPack("observe"), "observe#public-https");
        assertDenied(
                Asking.connect("coder", "any.test").with("port", Value.of(8443)).inPack("observe"),
                "not-permitted");
        assertDenied(
                Asking.connect("coder", "any.test").with("protocol", "http").inPack("observe"),
                "not-permitted");
    }

    @Test
    void observePermitsNoAddressThatIsNotPublic() {
        for (String addressClass :
                List.of(
                        "public",
                        "loopback",
                        "private",
                        "link-local",
                        "metadata",
                        "cgnat",
                        "own")) {
            Decision decision =
                    Asking.connect("coder", "any.test")
                            .with("addressClass", addressClass)
                            .inPack("observe");
            assertThat(decision.allowed())
                    .as(addressClass)
                    .isEqualTo(addressClass.equals("public"));
        }
    }

    @Test
    void operatorsMayDoEverything() {
        for (Schema.ActionType declared : ReinSchema.schema().actions().values()) {
            String action = declared.uid().id();
            if (declared.principals().contains("Person")) {
                assertAllowed(
                        Asking.admin("olga", "operator", action, CODER).asPerson(),
                        "admin#operators");
            }
        }
    }

    @Test
    void ownersUseReadStopAndResumeWhatTheyOwnAndNothingElse() {
        for (String action :
                List.of(
                        "agent:use",
                        "registry:read",
                        "audit:read",
                        "policy:grant",
                        "stop:order",
                        "stop:resume")) {
            assertAllowed(
                    Asking.admin("alice", "owner", action, CODER).owned("alice").asPerson(),
                    "admin#owners");
            assertDenied(
                    Asking.admin("alice", "owner", action, CODER).owned("mallory").asPerson(),
                    "not-permitted");
        }
        assertAllowed(
                Asking.admin("alice", "owner", "policy:write", CODER).owned("alice").asPerson(),
                "admin#owners-agent-policy");
        assertAllowed(
                Asking.admin("alice", "owner", "policy:read", CODER).owned("alice").asPerson(),
                "admin#owners-read-policy");
        for (String action : List.of("policy:write", "policy:read")) {
            assertDenied(
                    Asking.admin("alice", "owner", action, CODER).owned("mallory").asPerson(),
                    "not-permitted");
            assertDenied(
                    Asking.admin("alice", "owner", action, new EntityUid("Fleet", "fleet"))
                            .asPerson(),
                    "not-permitted");
        }
        EntityUid run = new EntityUid("Run", "of-coder");
        assertAllowed(
                Asking.admin("alice", "owner", "policy:write", run).owned("alice").asPerson(),
                "admin#owners-run-policy");
        assertDenied(
                Asking.admin("alice", "owner", "policy:write", run).owned("mallory").asPerson(),
                "not-permitted");
        assertDenied(
                Asking.admin("alice", "owner", "stop:order", new EntityUid("Fleet", "all"))
                        .asPerson(),
                "not-permitted");
    }

    @Test
    void sponsorsMayStopButNotResume() {
        assertAllowed(
                Asking.admin("bob", "sponsor", "stop:order", CODER)
                        .owned("alice", "bob")
                        .asPerson(),
                "admin#sponsors-stop");
        assertDenied(
                Asking.admin("bob", "sponsor", "policy:grant", CODER)
                        .owned("alice", "bob")
                        .asPerson(),
                "not-permitted");
        assertDenied(
                Asking.admin("bob", "sponsor", "stop:resume", CODER)
                        .owned("alice", "bob")
                        .asPerson(),
                "not-permitted");
        assertDenied(
                Asking.admin("bob", "sponsor", "stop:order", CODER)
                        .owned("alice", "carol")
                        .asPerson(),
                "not-permitted");
    }

    @Test
    void aPersonWithoutARoleMayDoNothing() {
        assertDenied(
                Asking.admin("eve", "guest", "registry:read", CODER).owned("eve").asPerson(),
                "not-permitted");
    }

    private static Asking overHttp() {
        return Asking.connect("coder", "git.test", "forges").with("protocol", "http");
    }

    private static void assertAllowed(Decision decision, String... policies) {
        assertThat(decision.outcome()).as("%s", decision).isEqualTo(Decision.Outcome.ALLOW);
        assertThat(decision.policies()).containsExactly(policies);
        assertThat(decision.reasons()).hasSameSizeAs(policies);
    }

    private static void assertDenied(Decision decision, String code, String... policies) {
        assertThat(decision.outcome()).as("%s", decision).isEqualTo(Decision.Outcome.DENY);
        assertThat(decision.policies()).containsExactly(policies);
        assertThat(decision.reasons().getFirst().code()).isEqualTo(code);
        assertThat(decision.reasons().getFirst().nextStep()).isNotBlank();
    }
}

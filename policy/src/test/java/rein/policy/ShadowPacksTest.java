package rein.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import rein.vocabulary.Decision;
import rein.vocabulary.Foreseen;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Value;

/** What the product tries in shadow, and what it would refuse. */
class ShadowPacksTest {
    private static final Value BOTH = taints("private_data", "untrusted_input");

    @Test
    void bothShipInShadowForTheWholeFleet() {
        assertThat(Packs.all())
                .filteredOn(text -> text.mode() == PolicyText.Mode.SHADOW)
                .extracting(PolicyText::name)
                .containsExactly("trifecta", "escalation");
    }

    @Test
    void theTrifectaWouldRefuseANewDestinationToWhoHasBothTaints() {
        assertThat(foreseen(Map.of("taints", BOTH), "GET"))
                .containsExactly("trifecta-new-destination");
        Value known = Value.of(false);
        assertThat(foreseen(Map.of("taints", BOTH, "newHost", known), "GET")).isEmpty();
        assertThat(foreseen(Map.of("taints", BOTH, "newHost", known), "POST"))
                .containsExactly("trifecta-upload");
        assertThat(foreseen(Map.of("taints", taints("private_data")), "POST")).isEmpty();
        assertThat(foreseen(Map.of("taints", taints("untrusted_input")), "POST")).isEmpty();
    }

    @Test
    void twentyDeniedDestinationsInTenMinutesWouldBeTheEndOfIt() {
        assertThat(foreseen(Map.of("deniedHosts", Asking.count(19)), "GET")).isEmpty();
        assertThat(foreseen(Map.of("deniedHosts", Asking.count(20)), "GET"))
                .containsExactly("denial-burst");
        assertThat(foreseen(Map.of("denials", Asking.count(500)), "GET"))
                .as("attempts at one destination are no burst")
                .isEmpty();
    }

    @Test
    void enforcedTheyRefuse() {
        List<PolicyText> enforced =
                Packs.all().stream()
                        .map(text -> new PolicyText(text.name(), text.scope(), text.text()))
                        .toList();
        Decision decision =
                new CedarDecisionPoint()
                        .decide(
                                request(Map.of("taints", BOTH), "GET").request(),
                                Asking.snapshot(enforced),
                                Asking.facts("coder", "coding", List.of()));
        assertThat(decision.outcome()).isEqualTo(Decision.Outcome.DENY);
        assertThat(decision.policies()).containsExactly("trifecta#new-destination");
    }

    private static List<String> foreseen(Map<String, Value> facts, String method) {
        Decision decision = request(facts, method).inPack("coding");
        assertThat(decision.allowed()).as("in shadow nothing changes").isTrue();
        return decision.foreseen().stream().map(Foreseen::code).toList();
    }

    /** A forge over HTTP would be read only, so this is a registry. */
    private static Asking request(Map<String, Value> facts, String method) {
        return Asking.connect("coder", "registry.test", "package-registries")
                .with("protocol", "http")
                .with("method", method)
                .with("run", Asking.run(facts));
    }

    private static Value taints(String... names) {
        Set<Value> taints = new java.util.HashSet<>();
        Stream.of(names).forEach(name -> taints.add(Value.of(name)));
        return new Value.SetOf(taints);
    }
}

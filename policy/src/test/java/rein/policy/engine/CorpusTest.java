package rein.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import rein.policy.Corpora;
import rein.policy.CorpusFiles;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.vocabulary.Entity;
import rein.vocabulary.PolicyText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The official conformance corpus of Cedar (cedar-policy/cedar-integration-tests): for every
 * request the decision, the determining policies and the policies in error must be the same.
 */
class CorpusTest {
    private final JsonMapper json = JsonMapper.builder().build();
    private final List<String> differences = new ArrayList<>();
    private int tests;
    private int requests;

    @Test
    void everyCorpusFileAgrees() throws IOException {
        Optional<Path> corpus = Corpora.find(CorpusFiles.TESTS);
        Assumptions.assumeTrue(
                corpus.isPresent(),
                "missing facility: the Cedar corpus " + CorpusFiles.TESTS + " under REIN_CORPORA");

        CorpusFiles.visit(corpus.get(), this::run);

        assertThat(differences).isEmpty();
        assertThat(tests).as("tests in the corpus").isEqualTo(CorpusFiles.COUNT);
        assertThat(requests).isGreaterThan(CorpusFiles.COUNT);
    }

    private void run(String stem, Map<String, byte[]> parts) {
        tests++;
        try {
            PolicySet policies = policies(part(parts, ".cedar"));
            List<Entity> entities =
                    CedarJson.entities(json.readTree(part(parts, ".entities.json")));
            for (JsonNode request : json.readTree(part(parts, ".json")).path("requests")) {
                requests++;
                compare(stem, request, answer(policies, CedarJson.environment(request, entities)));
            }
        } catch (PolicyException | IllegalArgumentException e) {
            differences.add(stem + ": " + e.getMessage());
        }
    }

    private void compare(String stem, JsonNode request, Answer answer) {
        String decision = answer.cedarAllows() ? "allow" : "deny";
        Set<String> reasons = new TreeSet<>();
        (answer.cedarAllows() ? answer.permits() : answer.forbids())
                .forEach(policy -> reasons.add(policy.id()));
        Set<String> errors = new TreeSet<>();
        answer.failures().forEach(failure -> errors.add(failure.policy().id()));
        String got = decision + " " + reasons + " " + errors;
        String wanted =
                request.path("decision").asString()
                        + " "
                        + strings(request.path("reason"))
                        + " "
                        + strings(request.path("errors"));
        if (!got.equals(wanted)) {
            String which = request.path("description").asString();
            differences.add(stem + " " + which + ": wanted " + wanted + ", got " + got);
        }
    }

    private static Set<String> strings(JsonNode array) {
        Set<String> strings = new TreeSet<>();
        array.forEach(element -> strings.add(element.asString()));
        return strings;
    }

    private static Answer answer(PolicySet policies, Environment environment) {
        Answer answer = new Answer();
        policies.evaluate(environment, answer);
        return answer;
    }

    private static PolicySet policies(String text) throws PolicyException {
        return new PolicySet(
                PolicyParser.parse("corpus", text).stream()
                        .map(p -> new CompiledPolicy(p.localId(), new PolicyText.Scope.Fleet(), p))
                        .toList());
    }

    private static String part(Map<String, byte[]> parts, String name) {
        byte[] bytes = parts.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException("has no " + name);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

package rein.policy.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import rein.policy.Corpora;
import rein.policy.engine.Answer;
import rein.policy.engine.CompiledPolicy;
import rein.policy.engine.Environment;
import rein.policy.engine.PolicySet;
import rein.policy.schema.RequestReader;
import rein.policy.schema.Schema;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.vocabulary.PolicyText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The handwritten tests of Cedar's conformance suite. Entities and contexts are read by the schema:
 * five of the tests write addresses, decimals and entities as plain JSON, which only a schema can
 * tell apart.
 */
class HandwrittenTest {
    private static final String CORPUS = "cedar/handwritten-tests.tar.gz";
    private static final int TESTS = 22;

    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<String, String> files = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();

    @Test
    void everyHandwrittenTestAgrees() throws IOException, PolicyException {
        Optional<Path> corpus = Corpora.find(CORPUS);
        Assumptions.assumeTrue(
                corpus.isPresent(),
                "missing facility: the Cedar corpus " + CORPUS + " under REIN_CORPORA");
        try (InputStream raw = Files.newInputStream(corpus.get());
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new GzipCompressorInputStream(raw))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                files.put(
                        entry.getName().replaceFirst("^\\./", ""),
                        new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        int tests = 0;
        for (Map.Entry<String, String> file : files.entrySet()) {
            if (file.getKey().startsWith("tests/") && file.getKey().endsWith(".json")) {
                tests++;
                run(file.getKey(), json.readTree(file.getValue()));
            }
        }
        assertThat(differences).isEmpty();
        assertThat(tests).as("tests in the suite").isEqualTo(TESTS);
    }

    private void run(String test, JsonNode spec) throws PolicyException {
        Schema schema = Schema.parse("schema", file(spec.path("schema").asString()));
        List<Policy> policies =
                PolicyParser.parse("corpus", file(spec.path("policies").asString()));
        boolean valid =
                new Validator(schema, Validator.Names.ANY)
                        .check("corpus", policies)
                        .errors()
                        .isEmpty();
        if (valid != spec.path("shouldValidate").booleanValue()) {
            differences.add(test + ": validates " + valid);
        }
        PolicySet set =
                new PolicySet(
                        policies.stream()
                                .map(policy ->
                                        new CompiledPolicy(
                                                policy.localId(),
                                                new PolicyText.Scope.Fleet(),
                                                policy))
                                .toList());
        for (JsonNode request : spec.path("requests")) {
            ObjectNode asked = json.createObjectNode();
            for (String part : List.of("principal", "action", "resource", "context")) {
                asked.set(part, request.path(part));
            }
            asked.set("entities", json.readTree(file(spec.path("entities").asString())));
            RequestReader.Checked read = new RequestReader(schema).read(test, asked.toString());
            Answer answer = new Answer();
            set.evaluate(
                    new Environment(
                            read.principal(),
                            read.action(),
                            read.resource(),
                            read.context(),
                            read.entities()),
                    answer);
            compare(test, request, answer);
        }
    }

    private void compare(String test, JsonNode request, Answer answer) {
        Set<String> reasons = new TreeSet<>();
        (answer.cedarAllows() ? answer.permits() : answer.forbids())
                .forEach(policy -> reasons.add(policy.id()));
        Set<String> errors = new TreeSet<>();
        answer.failures().forEach(failure -> errors.add(failure.policy().id()));
        String got = (answer.cedarAllows() ? "allow" : "deny") + reasons + errors;
        String wanted =
                request.path("decision").asString()
                        + strings(request.path("reason"))
                        + strings(request.path("errors"));
        if (!got.equals(wanted)) {
            differences.add(
                    test
                            + " "
                            + request.path("description").asString()
                            + ": wanted "
                            + wanted
                            + ", got "
                            + got);
        }
    }

    private String file(String name) {
        return files.getOrDefault(name, "");
    }

    private static Set<String> strings(JsonNode array) {
        Set<String> strings = new TreeSet<>();
        array.forEach(element -> strings.add(element.asString()));
        return strings;
    }
}

package rein.policy.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import rein.policy.Corpora;
import rein.policy.schema.EntityReader;
import rein.policy.schema.RequestReader;
import rein.policy.schema.Schema;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The official conformance corpus of Cedar: whether policies pass its validator is the same for
 * every test, and so is whether its entities and requests keep to the schema.
 */
class ValidatorCorpusTest {
    private static final String CORPUS = "cedar/corpus-tests.tar.gz";
    private static final int VALID = 6_190;
    private static final int INVALID = 1_619;

    /** Times that no text in a policy can write, which the readers refuse. */
    private static final int UNWRITABLE = 9;

    /** All 62,472, but for those of the tests above from the first unwritable one on. */
    private static final int REQUESTS = 62_405;

    private final JsonMapper json = JsonMapper.builder().build();
    private final List<String> differences = new ArrayList<>();
    private int tests;
    private int valid;
    private int invalid;
    private int requests;
    private int unwritable;

    @Test
    void everyFlagAgrees() throws IOException {
        Optional<Path> corpus = Corpora.find(CORPUS);
        Assumptions.assumeTrue(
                corpus.isPresent(),
                "missing facility: the Cedar corpus " + CORPUS + " under REIN_CORPORA");

        // A test is four files with one stem; they come in any order, so parts wait here.
        Map<String, Map<String, String>> waiting = new HashMap<>();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(corpus.get()));
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new GzipCompressorInputStream(raw))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                String name = entry.getName();
                int dot = name.indexOf('.', name.lastIndexOf('/'));
                if (!entry.isFile() || dot < 0) {
                    continue;
                }
                String stem = name.substring(0, dot);
                Map<String, String> parts = waiting.computeIfAbsent(stem, _ -> new HashMap<>());
                parts.put(
                        name.substring(dot),
                        new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                if (parts.size() == 4) {
                    waiting.remove(stem);
                    run(stem, parts);
                }
            }
        }

        System.out.printf(
                "Cedar corpus: the validator agrees with %,d of %,d tests; %,d requests fit%n",
                valid + invalid, tests, requests);
        assertThat(waiting).isEmpty();
        assertThat(differences).isEmpty();
        assertThat(valid).as("tests that validate").isEqualTo(VALID);
        assertThat(invalid).as("tests that do not").isEqualTo(INVALID);
        assertThat(unwritable).as("tests with a time out of range").isEqualTo(UNWRITABLE);
        assertThat(requests).as("requests that fit their schema").isEqualTo(REQUESTS);
    }

    private void run(String stem, Map<String, String> parts) {
        tests++;
        try {
            JsonNode test = json.readTree(parts.getOrDefault(".json", ""));
            Schema schema = Schema.parse("schema", parts.getOrDefault(".cedarschema", ""));
            Validator.Verdict verdict =
                    new Validator(schema, Validator.Names.ANY)
                            .check(
                                    "corpus",
                                    PolicyParser.parse("corpus", parts.getOrDefault(".cedar", "")));
            boolean wanted = test.path("shouldValidate").booleanValue();
            if (wanted != verdict.errors().isEmpty()) {
                differences.add(stem + ": wanted " + wanted + ", found " + verdict.errors());
            } else if (wanted) {
                valid++;
            } else {
                invalid++;
            }
            readAll(schema, test, parts);
        } catch (PolicyException e) {
            differences.add(stem + ": " + e.getMessage());
        }
    }

    private void readAll(Schema schema, JsonNode test, Map<String, String> parts)
            throws PolicyException {
        try {
            new EntityReader(schema).read("entities", parts.getOrDefault(".entities.json", ""));
            for (JsonNode request : test.path("requests")) {
                ObjectNode asked = json.createObjectNode();
                for (String part : List.of("principal", "action", "resource", "context")) {
                    asked.set(part, request.path(part));
                }
                new RequestReader(schema).read("request", asked.toString());
                requests++;
            }
        } catch (PolicyException e) {
            if (!e.problem().message().equals("this time is not in the years 0 to 9999")) {
                throw e;
            }
            unwritable++;
        }
    }
}

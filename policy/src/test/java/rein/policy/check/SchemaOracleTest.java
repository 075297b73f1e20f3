package rein.policy.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.ValidationResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.schema.Schema.JsonOrCedar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import rein.policy.ReinSchema;
import rein.policy.schema.Schema;
import rein.policy.schema.SchemaSyntax;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;

/**
 * Cedar's own implementation (cedar-java, native code) and ours on the same generated schemas and
 * policies: they accept the same schemas, translate them to the same meaning, and the validators
 * pass the same policies.
 */
class SchemaOracleTest {
    private static final int SCHEMAS = 600;
    private static final int POLICIES_EACH = 5;

    @BeforeAll
    static void theNativeLibraryLoads() {
        boolean loads;
        try {
            com.cedarpolicy.model.policy.PolicySet.parsePolicies("");
            loads = true;
        } catch (LinkageError | InternalException _) {
            loads = false;
        }
        Assumptions.assumeTrue(loads, "missing facility: the native library of cedar-java");
    }

    @Test
    void theSameSchemasAreAccepted() {
        List<String> differences = new ArrayList<>();
        int accepted = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            String text = new SchemaGenerator(new Random(seed), 0.03).schema();
            boolean ours = accepts(text);
            boolean theirs = cedarAccepts(JsonOrCedar.Cedar, text);
            if (ours != theirs) {
                differences.add("seed " + seed + ": ours " + ours + "\n" + text);
            }
            accepted += ours ? 1 : 0;
        }
        System.out.printf("generated schemas: %d of %d accepted by both%n", accepted, SCHEMAS);
        assertThat(differences).isEmpty();
        assertThat(accepted).isBetween(SCHEMAS / 4, SCHEMAS * 3 / 4);
    }

    @Test
    void translationsMeanTheSame() throws PolicyException, InternalException, IOException {
        for (int seed = 0; seed < SCHEMAS; seed++) {
            String text = new SchemaGenerator(new Random(seed), 0).schema();
            Schema schema = Schema.parse("s", text);
            String json = SchemaSyntax.toJson("s", text);
            assertSame(seed, Schema.parseJson("s", json), schema);
            assertSame(seed, Schema.parse("s", SchemaSyntax.toReadable("s", json)), schema);
            com.cedarpolicy.model.schema.Schema theirs =
                    com.cedarpolicy.model.schema.Schema.parse(JsonOrCedar.Cedar, text);
            assertSame(seed, Schema.parseJson("s", theirs.toJsonFormat().toString()), schema);
            String readable =
                    com.cedarpolicy.model.schema.Schema.parse(JsonOrCedar.Json, json)
                            .toCedarFormat();
            assertSame(seed, Schema.parse("s", readable), schema);
        }
    }

    private static void assertSame(int seed, Schema schema, Schema wanted) {
        assertThat(schema.entityTypes()).as("seed %d", seed).isEqualTo(wanted.entityTypes());
        assertThat(schema.actions()).as("seed %d", seed).isEqualTo(wanted.actions());
    }

    @Test
    void theSamePoliciesPass() throws PolicyException, AuthException {
        List<String> differences = new ArrayList<>();
        int policies = 0;
        int passed = 0;
        int impossible = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            Random random = new Random(seed);
            String text = new SchemaGenerator(random, 0).schema();
            Schema schema = Schema.parse("s", text);
            if (schema.shapes().isEmpty()) {
                continue;
            }
            com.cedarpolicy.model.schema.Schema theirs =
                    com.cedarpolicy.model.schema.Schema.parse(JsonOrCedar.Cedar, text);
            Validator validator = new Validator(schema, Validator.Names.ANY);
            for (int i = 0; i < POLICIES_EACH; i++) {
                String policy = new TypedPolicyGenerator(random, schema, 0.1).policy();
                Validator.Verdict verdict = validator.check("p", PolicyParser.parse("p", policy));
                String ours = verdict.errors().isEmpty() + " " + verdict.warnings().size();
                String wanted = cedarVerdict(theirs, policy);
                policies++;
                passed += verdict.errors().isEmpty() ? 1 : 0;
                impossible += verdict.warnings().size();
                if (!(wanted.startsWith("false") && ours.startsWith("false"))
                        && !ours.equals(wanted)) {
                    differences.add(
                            "seed "
                                    + seed
                                    + ": cedar "
                                    + wanted
                                    + ", ours "
                                    + ours
                                    + " "
                                    + verdict.errors()
                                    + "\n"
                                    + policy
                                    + "\n"
                                    + text);
                }
            }
        }
        System.out.printf(
                "generated policies: the validators agree on %,d of %,d; %d %% pass, %d %% never"
                        + " apply%n",
                policies - differences.size(),
                policies,
                passed * 100 / policies,
                impossible * 100 / policies);
        assertThat(differences).isEmpty();
        assertThat(passed).isBetween(policies / 5, policies * 4 / 5);
        assertThat(impossible).isGreaterThan(policies / 50);
    }

    @Test
    void theProductsSchemaIsOrdinaryCedar() {
        assertThat(cedarAccepts(JsonOrCedar.Cedar, ReinSchema.text())).isTrue();
    }

    private static boolean accepts(String text) {
        try {
            Schema.parse("s", text);
            return true;
        } catch (PolicyException _) {
            return false;
        }
    }

    private static boolean cedarAccepts(JsonOrCedar syntax, String text) {
        try {
            com.cedarpolicy.model.schema.Schema.parse(syntax, text);
            return true;
        } catch (InternalException _) {
            return false;
        }
    }

    /** Whether it passes, and how many policies can never apply. */
    private static String cedarVerdict(com.cedarpolicy.model.schema.Schema schema, String policy)
            throws AuthException {
        ValidationResponse response =
                new BasicAuthorizationEngine()
                        .validate(
                                new ValidationRequest(
                                        schema,
                                        com.cedarpolicy.model.policy.PolicySet.parsePolicies(
                                                policy)));
        long impossible =
                response
                        .success
                        .orElseThrow(() -> new IllegalStateException("" + response))
                        .validationWarnings
                        .stream()
                        .filter(warning -> ("" + warning.getError().message).contains("impossible"))
                        .count();
        return response.validationPassed() + " " + impossible;
    }
}

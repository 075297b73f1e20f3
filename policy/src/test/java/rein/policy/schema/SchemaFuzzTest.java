package rein.policy.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import rein.policy.ReinSchema;
import rein.policy.syntax.PolicyException;

/** Texts with a few characters changed are read or refused with a place, never anything else. */
class SchemaFuzzTest {
    private static final int SEEDS = 3_000;
    private static final List<String> SPLICES =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "<",
                    ">",
                    "\"",
                    "\\",
                    "?",
                    ":",
                    "::",
                    "@",
                    ",",
                    ";",
                    "=",
                    "Set<",
                    "in",
                    "\u0000",
                    "\ud800",
                    "é",
                    "null",
                    "-",
                    "1e9",
                    "entity A;");

    private int accepted;
    private int refused;

    @Test
    void changedTextsAreReadOrRefused() throws PolicyException {
        String readable = ReinSchema.text();
        String json = SchemaSyntax.toJson("s", readable);
        EntityReader entities = new EntityReader(ReinSchema.schema());
        String slice =
                "[{\"uid\": {\"type\": \"Agent\", \"id\": \"a\"}, \"attrs\": {\"owner\": {\"type\":"
                        + " \"Person\", \"id\": \"p\"}}, \"parents\": [{\"type\": \"Blueprint\","
                        + " \"id\": \"b\"}], \"tags\": {}}]";
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            String changedReadable = changed(readable, random);
            String changedJson = changed(json, random);
            String changedSlice = changed(slice, random);
            tries(() -> Schema.parse("s", changedReadable));
            tries(() -> Schema.parseJson("s", changedJson));
            tries(() -> entities.read("e", changedSlice));
        }
        assertThat(accepted).isPositive();
        assertThat(refused).isGreaterThan(SEEDS);
    }

    private interface Reading {
        void run() throws PolicyException;
    }

    private void tries(Reading reading) {
        try {
            reading.run();
            accepted++;
        } catch (PolicyException e) {
            assertThat(e.problem().at().line()).isPositive();
            assertThat(e.problem().message()).isNotBlank();
            refused++;
        }
    }

    private static String changed(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> changed.setCharAt(at, changed.charAt(random.nextInt(at + 1)));
                case 3, 4, 5, 6, 7 ->
                        changed.insert(at, SPLICES.get(random.nextInt(SPLICES.size())));
                default -> changed.setLength(Math.max(1, at));
            }
        }
        return changed.toString();
    }
}

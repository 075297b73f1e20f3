package rein.policy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import rein.policy.Corpora;
import rein.policy.CorpusFiles;
import rein.policy.format.PolicyFormat;
import rein.policy.syntax.PolicyException;

/** Texts of the official corpus, damaged, by seed: no crash but a {@link PolicyException}. */
class MutationTest {
    private static final int EVERY = 4;
    private static final int TIMES = 4;
    private static final String PIECES = "(){}[]<>@\"\\/?:;,.=!&|+-*'\n\r\t\0 09azé😀";

    @Test
    void damagedTextsAndTheirJsonAreAcceptedOrRefused() throws IOException {
        Optional<Path> corpus = Corpora.find(CorpusFiles.TESTS);
        Assumptions.assumeTrue(
                corpus.isPresent(),
                "missing facility: the Cedar corpus " + CorpusFiles.TESTS + " under REIN_CORPORA");
        List<String> texts = new ArrayList<>();
        CorpusFiles.visit(
                corpus.get(),
                (_, parts) ->
                        texts.add(
                                new String(
                                        parts.getOrDefault(".cedar", new byte[0]),
                                        StandardCharsets.UTF_8)));
        int tried = 0;
        int accepted = 0;
        for (int i = 0; i < texts.size(); i += EVERY) {
            SplittableRandom random = new SplittableRandom(i);
            String json = json(texts.get(i));
            for (int time = 0; time < TIMES; time++) {
                accepted += Hostile.cedar(damaged(texts.get(i), random)) ? 1 : 0;
                accepted += Hostile.json(damaged(json, random)) ? 1 : 0;
                tried += 2;
            }
        }
        assertThat(accepted).as("of " + tried).isBetween(tried / 50, tried * 4 / 5);
    }

    private static String json(String text) {
        try {
            return PolicyFormat.json("corpus", text);
        } catch (PolicyException e) {
            throw new AssertionError("the corpus parses", e);
        }
    }

    /** One to three pieces removed, doubled, replaced or put in somewhere. */
    private static String damaged(String text, SplittableRandom random) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(1, 4); i > 0 && !changed.isEmpty(); i--) {
            int from = random.nextInt(changed.length());
            int to = Math.min(changed.length(), from + random.nextInt(1, 12));
            switch (random.nextInt(4)) {
                case 0 -> changed.delete(from, to);
                case 1 -> changed.insert(from, changed.substring(from, to));
                case 2 -> changed.setCharAt(from, piece(random));
                default -> changed.insert(from, piece(random));
            }
        }
        return changed.toString();
    }

    private static char piece(SplittableRandom random) {
        return PIECES.charAt(random.nextInt(PIECES.length()));
    }
}

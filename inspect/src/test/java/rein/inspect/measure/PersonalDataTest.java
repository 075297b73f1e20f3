package rein.inspect.measure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import rein.inspect.Inspector;
import rein.inspect.InspectorStream;
import rein.inspect.Match;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Personal data in generated sentences with labelled spans. A span is found if a match of a class
 * that may stand for its type overlaps it; a match that overlaps no span of any type is false. Two
 * scores: whole sentences, and sentences in pieces of 1 to 64 bytes.
 */
final class PersonalDataTest {
    private static final int SENTENCES = 2_109;

    private static final Map<String, List<String>> CLASSES =
            Map.of(
                    "CREDIT_CARD", List.of("pii/payment-card"),
                    "IBAN_CODE", List.of("pii/iban"),
                    "EMAIL_ADDRESS", List.of("pii/email"),
                    "PHONE_NUMBER", List.of("pii/phone"),
                    "US_SSN", List.of("pii/us-ssn"),
                    "IP_ADDRESS", List.of("pii/ip-address"),
                    "US_DRIVER_LICENSE", List.of("pii/driver-licence"));

    private record Span(String type, int start, int end) {}

    private record Sentence(String text, List<Span> spans) {}

    private static List<Sentence> corpus() throws IOException {
        Path folder =
                Path.of(
                        Optional.ofNullable(System.getenv("REIN_CORPORA"))
                                .orElse("../../shared/corpora"));
        Path file = folder.resolve("pii/generated_large.json");
        Assumptions.assumeTrue(
                Files.exists(file), "missing facility: the corpus pii/generated_large.json");
        List<Sentence> sentences = new ArrayList<>();
        for (JsonNode node : new ObjectMapper().readTree(Files.readString(file))) {
            List<Span> spans = new ArrayList<>();
            String text = node.path("full_text").stringValue();
            for (JsonNode span : node.path("spans")) {
                int start = bytes(text, span.path("start_position").asInt());
                int end = bytes(text, span.path("end_position").asInt());
                spans.add(new Span(span.path("entity_type").stringValue(), start, end));
            }
            sentences.add(new Sentence(text, spans));
        }
        assertThat(sentences).hasSize(SENTENCES);
        return sentences;
    }

    private static int bytes(String text, int points) {
        return text.substring(0, text.offsetByCodePoints(0, points)).getBytes(UTF_8).length;
    }

    private final Inspector inspector = Inspector.shipped();
    private final Random random = new Random(6);

    @Test
    void figures() throws IOException {
        List<Sentence> sentences = corpus();
        for (boolean pieces : new boolean[] {false, true}) {
            Map<String, int[]> byType = new TreeMap<>();
            int[] matches = new int[2];
            for (Sentence sentence : sentences) {
                List<Match> found =
                        (pieces
                                        ? streamed(sentence)
                                        : inspector.scan(sentence.text().getBytes(UTF_8)).matches())
                                .stream()
                                        .filter(match -> match.dataClass().family().equals("pii"))
                                        .toList();
                count(sentence, found, byType, matches);
            }
            print(pieces ? "in pieces of 1 to 64 bytes" : "whole", byType, matches);
            assertThat(share(byType, "CREDIT_CARD")).isGreaterThan(0.9);
            assertThat(share(byType, "EMAIL_ADDRESS")).isGreaterThan(0.95);
            assertThat(share(byType, "IBAN_CODE")).isGreaterThan(0.95);
            assertThat((double) matches[0] / (matches[0] + matches[1])).isGreaterThan(0.85);
        }
    }

    private List<Match> streamed(Sentence sentence) {
        byte[] text = sentence.text().getBytes(UTF_8);
        InspectorStream stream = inspector.open();
        List<Match> all = new ArrayList<>();
        int at = 0;
        while (at < text.length) {
            int next = Math.min(text.length, at + 1 + random.nextInt(64));
            all.addAll(stream.accept(text, at, next).matches());
            at = next;
        }
        all.addAll(stream.finish().matches());
        return all;
    }

    private static void count(
            Sentence sentence, List<Match> found, Map<String, int[]> byType, int[] matches) {
        for (Span span : sentence.spans()) {
            int[] counts = byType.computeIfAbsent(span.type(), _ -> new int[2]);
            counts[0]++;
            boolean hit =
                    found.stream()
                            .anyMatch(match ->
                                    overlaps(match, span)
                                            && CLASSES.getOrDefault(span.type(), List.of())
                                                    .contains(match.dataClass().name()));
            counts[1] += hit ? 1 : 0;
        }
        for (Match match : found) {
            boolean right = sentence.spans().stream().anyMatch(span -> overlaps(match, span));
            matches[right ? 0 : 1]++;
        }
    }

    private static boolean overlaps(Match match, Span span) {
        return match.start() < span.end() && span.start() < match.end();
    }

    private static double share(Map<String, int[]> byType, String type) {
        int[] counts = byType.get(type);
        return counts == null ? 0 : (double) counts[1] / counts[0];
    }

    private static void print(String how, Map<String, int[]> byType, int[] matches) {
        int spans = byType.values().stream().mapToInt(counts -> counts[0]).sum();
        int found = byType.values().stream().mapToInt(counts -> counts[1]).sum();
        System.out.printf(
                "Personal data, %s: recall %.3f of %d spans, precision %.3f of %d matches%n",
                how,
                (double) found / spans,
                spans,
                (double) matches[0] / (matches[0] + matches[1]),
                matches[0] + matches[1]);
        byType.forEach((type, counts) ->
                System.out.printf("  %-18s %d of %d%n", type, counts[1], counts[0]));
    }
}

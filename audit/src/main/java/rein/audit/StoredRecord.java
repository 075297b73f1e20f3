package rein.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import rein.vocabulary.Decision;
import rein.vocabulary.Foreseen;
import rein.vocabulary.LogAddress;
import rein.vocabulary.PolicyText;

/** A record as it lies in the log: its address, its bytes, and what they say. */
public final class StoredRecord {
    private final LogAddress address;
    private final byte[] bytes;
    private final Json.Struct members;

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if the bytes are not a JSON object
     */
    public StoredRecord(LogAddress address, byte[] bytes) {
        this.address = address;
        this.bytes = bytes.clone();
        this.members = Json.parse(bytes);
    }

    public LogAddress address() {
        return address;
    }

    /** The bytes that are hashed. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes as text: one JSON object. */
    public String json() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** All members, known or not, in the order they were written. */
    public Map<String, Json> members() {
        return members.members();
    }

    /** A text member: {@code kind}, {@code agent}, {@code decision}, {@code resource} … */
    public Optional<String> text(String name) {
        return members().get(name) instanceof Json.Text(String value)
                ? Optional.of(value)
                : Optional.empty();
    }

    /** A number member: {@code run-seq}, {@code snapshot}, {@code monotonic} … */
    public OptionalLong number(String name) {
        return members().get(name) instanceof Json.Digits(String digits)
                ? OptionalLong.of(Long.parseLong(digits))
                : OptionalLong.empty();
    }

    /** The members of {@code labels} or {@code detail} that are texts. */
    public Map<String, String> texts(String name) {
        Map<String, String> found = new LinkedHashMap<>();
        if (members().get(name) instanceof Json.Struct(Map<String, Json> inner)) {
            inner.forEach((key, value) -> {
                if (value instanceof Json.Text(String text)) {
                    found.put(key, text);
                }
            });
        }
        return found;
    }

    /** The members of {@code sizes}. */
    public Map<String, Long> numbers(String name) {
        Map<String, Long> found = new LinkedHashMap<>();
        if (members().get(name) instanceof Json.Struct(Map<String, Json> inner)) {
            inner.forEach((key, value) -> {
                if (value instanceof Json.Digits(String digits)) {
                    found.put(key, Long.parseLong(digits));
                }
            });
        }
        return found;
    }

    /** The texts of a list member: {@code policies}, {@code taints}. */
    public List<String> list(String name) {
        return members().get(name) instanceof Json.Array(List<Json> elements)
                ? elements.stream()
                        .filter(Json.Text.class::isInstance)
                        .map(element -> ((Json.Text) element).value())
                        .toList()
                : List.of();
    }

    /** What a decision gave as its reasons, each a sentence and what to do next. */
    public List<String> reasons() {
        if (!(members().get("reasons") instanceof Json.Array(List<Json> elements))) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        for (Json element : elements) {
            if (element instanceof Json.Struct(Map<String, Json> reason)
                    && reason.get("code") instanceof Json.Text(String code)
                    && reason.get("text") instanceof Json.Text(String text)) {
                sentences.add(code + ": " + text);
            }
        }
        return sentences;
    }

    /**
     * What policies that did not count would have made of the decision; what is not known is left
     * out.
     */
    public List<Foreseen> foreseen() {
        if (!(members().get("foreseen") instanceof Json.Array(List<Json> elements))) {
            return List.of();
        }
        List<Foreseen> all = new ArrayList<>();
        for (Json element : elements) {
            if (element instanceof Json.Struct(Map<String, Json> each)
                    && each.get("mode") instanceof Json.Text(String mode)
                    && each.get("decision") instanceof Json.Text(String decision)
                    && each.get("code") instanceof Json.Text(String code)
                    && each.get("policies") instanceof Json.Array(List<Json> policies)) {
                try {
                    all.add(
                            new Foreseen(
                                    PolicyText.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
                                    Decision.Outcome.valueOf(
                                            decision.toUpperCase(Locale.ROOT).replace('-', '_')),
                                    policies.stream()
                                            .filter(Json.Text.class::isInstance)
                                            .map(policy -> ((Json.Text) policy).value())
                                            .toList(),
                                    code));
                } catch (IllegalArgumentException later) {
                    // A mode or an outcome of a later version is left out.
                }
            }
        }
        return all;
    }

    public String kind() {
        return text("kind").orElse("");
    }

    public Optional<UUID> id() {
        return text("id").map(UUID::fromString);
    }

    public Optional<UUID> run() {
        return text("run").map(UUID::fromString);
    }

    public Optional<Instant> happened() {
        return text("happened").map(Instant::parse);
    }

    public Optional<String> contentRef() {
        return text("content-ref");
    }

    @Override
    public String toString() {
        return address + " " + json();
    }
}

package rein.audit;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import rein.vocabulary.Decision;
import rein.vocabulary.Draft;
import rein.vocabulary.Foreseen;
import rein.vocabulary.Reason;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;
import rein.vocabulary.Stamp;

/**
 * The one form of a record: a flat UTF-8 JSON object, its members always in the same order, members
 * without a value absent. The bytes are hashed as stored and never written again. Used by one
 * thread.
 */
public final class RecordJson {
    /**
     * The longest record. A leaf may have 65,535 bytes (tlog-tiles); a quarter of that keeps an
     * entry bundle under 4 MiB, and free text belongs into the content anyway.
     */
    public static final int RECORD_BYTES_MAX = 16 * 1024;

    /** Details with these names become members of their own; {@code taints} a list. */
    public static final Set<String> PROMOTED =
            Set.of("on-behalf-of", "taints", "trace", "span", "client-session", "tool-call");

    private final JsonBytes out = new JsonBytes(RECORD_BYTES_MAX);

    /**
     * Encodes into the buffer that is returned, which is valid until the next call.
     *
     * @throws RecordRefusedException TOO_LARGE
     */
    JsonBytes encode(Draft draft, Stamp stamp) throws RecordRefusedException {
        out.clear();
        out.raw("{\"v\":");
        out.raw(Integer.toString(stamp.version()));
        member("id", stamp.id());
        member("tenant", stamp.tenant().trustDomain());
        member("log", stamp.log());
        member("kind", draft.kind().label());
        member("source", label(draft.source()));
        member("happened", rfc3339(stamp.happened()));
        member("monotonic", stamp.monotonicNanos());
        member("boot", stamp.boot());
        member("node", stamp.node());
        Map<String, String> detail = draft.detail();
        draft.run().ifPresent(run -> whoseRun(run, stamp.runSequence()));
        promoted("on-behalf-of", detail);
        draft.person().ifPresent(person -> member("person", person));
        draft.run().ifPresent(run -> member("level", label(run.level())));
        draft.door().ifPresent(door -> member("door", label(door)));
        draft.action().ifPresent(action -> member("action", action.id()));
        draft.resource()
                .ifPresent(resource ->
                        member("resource", resource.type() + "::\"" + resource.id() + "\""));
        if (draft.snapshot() > 0) {
            member("snapshot", draft.snapshot());
        }
        draft.decision().ifPresent(this::decision);
        draft.run()
                .filter(run -> !run.labels().isEmpty())
                .ifPresent(run -> texts("labels", run.labels().entrySet(), Set.of()));
        if (detail.containsKey("taints")) {
            name("taints");
            list(List.of(detail.getOrDefault("taints", "").split(",", -1)));
        }
        if (!draft.sizes().isEmpty()) {
            sizes(draft.sizes());
        }
        stamp.contentRef().ifPresent(ref -> member("content-ref", ref));
        promoted("trace", detail);
        promoted("span", detail);
        promoted("client-session", detail);
        promoted("tool-call", detail);
        draft.cause().ifPresent(cause -> member("cause", cause));
        if (!PROMOTED.containsAll(detail.keySet())) {
            texts("detail", detail.entrySet(), PROMOTED);
        }
        out.raw('}');
        if (out.overflow()) {
            throw new RecordRefusedException(
                    RecordRefusedException.Code.TOO_LARGE,
                    "A record of kind "
                            + draft.kind().label()
                            + " is longer than "
                            + RECORD_BYTES_MAX
                            + " bytes. Put free text into the content, or say less.");
        }
        return out;
    }

    private void whoseRun(Run run, long sequence) {
        member("run", run.id());
        run.parent().ifPresent(parent -> member("parent-run", parent));
        member("run-seq", sequence);
        member("agent", run.agent().spiffeId());
        member("blueprint", run.agent().blueprint());
        member("owner", run.agent().owner());
    }

    private void decision(Decision decision) {
        member("decision", label(decision.outcome()));
        name("policies");
        list(decision.policies());
        name("reasons");
        out.raw('[');
        String comma = "";
        for (Reason reason : decision.reasons()) {
            out.raw(comma);
            out.raw("{\"code\":");
            out.text(reason.code());
            member("text", reason.text());
            if (!reason.nextStep().isEmpty()) {
                member("next", reason.nextStep());
            }
            out.raw('}');
            comma = ",";
        }
        out.raw(']');
        if (!decision.foreseen().isEmpty()) {
            foreseen(decision.foreseen());
        }
    }

    private void foreseen(List<Foreseen> all) {
        name("foreseen");
        String comma = "[";
        for (Foreseen one : all) {
            out.raw(comma);
            out.raw("{\"mode\":");
            out.text(one.mode().label());
            member("decision", label(one.outcome()));
            name("policies");
            list(one.policies());
            member("code", one.code());
            out.raw('}');
            comma = ",";
        }
        out.raw(']');
    }

    private void promoted(String name, Map<String, String> detail) {
        String value = detail.getOrDefault(name, "");
        if (!value.isEmpty()) {
            member(name, value);
        }
    }

    private void texts(String name, Set<Map.Entry<String, String>> entries, Set<String> leftOut) {
        name(name);
        String comma = "{";
        for (Map.Entry<String, String> entry : entries) {
            if (!leftOut.contains(entry.getKey())) {
                out.raw(comma);
                out.text(entry.getKey());
                out.raw(':');
                out.text(entry.getValue());
                comma = ",";
            }
        }
        out.raw('}');
    }

    private void sizes(Map<String, Long> sizes) {
        name("sizes");
        String comma = "{";
        for (Map.Entry<String, Long> entry : sizes.entrySet()) {
            out.raw(comma);
            out.text(entry.getKey());
            out.raw(':');
            out.raw(Long.toString(entry.getValue()));
            comma = ",";
        }
        out.raw('}');
    }

    private void list(Collection<String> values) {
        out.raw('[');
        String comma = "";
        for (String value : values) {
            out.raw(comma);
            out.text(value);
            comma = ",";
        }
        out.raw(']');
    }

    private void member(String name, UUID value) {
        member(name, value.toString());
    }

    private void member(String name, String value) {
        name(name);
        out.text(value);
    }

    private void member(String name, long value) {
        name(name);
        out.raw(Long.toString(value));
    }

    private void name(String name) {
        out.raw(",\"");
        out.raw(name);
        out.raw("\":");
    }

    /** An enum's name in JSON: lower-case-dashed. */
    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** RFC 3339 in UTC, always with nine digits of a second, so that texts sort as times do. */
    static String rfc3339(Instant instant) {
        LocalDateTime at = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(30);
        padded(text, at.getYear(), 4).append('-');
        padded(text, at.getMonthValue(), 2).append('-');
        padded(text, at.getDayOfMonth(), 2).append('T');
        padded(text, at.getHour(), 2).append(':');
        padded(text, at.getMinute(), 2).append(':');
        padded(text, at.getSecond(), 2).append('.');
        return padded(text, at.getNano(), 9).append('Z').toString();
    }

    private static StringBuilder padded(StringBuilder text, int value, int digits) {
        String number = Integer.toString(value);
        return text.append("0".repeat(Math.max(0, digits - number.length()))).append(number);
    }
}

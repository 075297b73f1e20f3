package rein.server.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import rein.gateway.ContentInspection;
import rein.inspect.Inspector;
import rein.inspect.InspectorStream;
import rein.inspect.Match;
import rein.inspect.Redaction;
import rein.inspect.rule.Rule;
import rein.inspect.rule.ShippedRules;
import rein.vocabulary.Severity;
import rein.vocabulary.Taint;

/**
 * Looks into messages by the shipped rules. What is less grave than medium (an e-mail address, an
 * IP address) is in nearly every message and is not told. Safe for any thread.
 */
public final class ContentLook implements ContentInspection {
    private static final Severity TOLD_MIN = Severity.MEDIUM;

    private final Treatment secrets;
    private final Treatment personal;

    /** Rules take some hundred milliseconds to compile, for which no start of a node waits. */
    private final FutureTask<Inspector> inspector;

    /**
     * Begins to compile the rules, on a thread of its own.
     *
     * @param secrets what happens to keys, tokens and passwords
     * @param personal what happens to personal data
     */
    public ContentLook(Treatment secrets, Treatment personal) {
        this.secrets = secrets;
        this.personal = personal;
        this.inspector = new FutureTask<>(() -> new Inspector(rules()));
        if (isOn()) {
            Thread.ofPlatform().daemon().name("inspection-rules").start(inspector);
        }
    }

    private boolean isOn() {
        return secrets != Treatment.OFF || personal != Treatment.OFF;
    }

    private List<Rule> rules() {
        return ShippedRules.all().stream()
                .filter(rule -> rule.severity().compareTo(TOLD_MIN) >= 0)
                .filter(rule -> of(rule.family()) != Treatment.OFF)
                .toList();
    }

    private Treatment of(String family) {
        return switch (family) {
            case "secret" -> secrets;
            case "pii" -> personal;
            default -> isOn() ? Treatment.NOTE : Treatment.OFF;
        };
    }

    @Override
    public Optional<Message> open(Way way) {
        return isOn() ? Optional.of(new Look(ready().open(), way)) : Optional.empty();
    }

    private Inspector ready() {
        try {
            return inspector.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the rules of inspection cannot be used", e.getCause());
        }
    }

    private static Optional<Taint> taint(String family) {
        return switch (family) {
            case "secret" -> Optional.of(Taint.CREDENTIALS);
            case "pii" -> Optional.of(Taint.PERSONAL_DATA);
            case "source" -> Optional.of(Taint.SOURCE_CODE);
            case "document" -> Optional.of(Taint.PRIVATE_DATA);
            default -> Optional.empty();
        };
    }

    /** One message. For one thread. */
    private final class Look implements Message {
        private final InspectorStream stream;
        private final Way way;
        private long offset;

        Look(InspectorStream stream, Way way) {
            this.stream = stream;
            this.way = way;
        }

        @Override
        public Passing take(byte[] bytes) {
            return passing(stream.accept(bytes, 0, bytes.length));
        }

        @Override
        public Passing end() {
            return passing(stream.finish());
        }

        private Passing passing(InspectorStream.Released released) {
            byte[] bytes = released.bytes();
            List<Found> found = new ArrayList<>();
            for (Match match : released.matches()) {
                String family = match.dataClass().family();
                boolean redacts = way == Way.REQUEST && of(family) == Treatment.REDACT;
                int length = Math.toIntExact(match.end() - match.start());
                if (redacts) {
                    System.arraycopy(
                            Redaction.placeholder(match, length),
                            0,
                            bytes,
                            Math.toIntExact(match.start() - offset),
                            length);
                }
                found.add(
                        new Found(
                                match.dataClass().name(),
                                match.severity(),
                                match.start(),
                                redacts,
                                taint(family)));
            }
            offset += bytes.length;
            return new Passing(bytes, found, List.copyOf(stream.unfinished()));
        }
    }
}

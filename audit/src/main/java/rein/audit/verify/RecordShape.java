package rein.audit.verify;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the check needs to know of a record; members that it does not know are skipped.
 *
 * @param sequence the record's number in its run; 0 without a run
 * @param verifierKey of a {@code log-opened} record
 */
record RecordShape(
        long version,
        String log,
        String kind,
        Optional<String> run,
        long sequence,
        Optional<String> verifierKey) {
    static final int RECORD_BYTES_MAX = 16 * 1024;

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if it is not one, with what is wrong
     */
    static RecordShape parse(JsonFactory json, byte[] bytes, int from, int length) {
        if (length > RECORD_BYTES_MAX) {
            throw new IllegalArgumentException(length + " bytes; at most " + RECORD_BYTES_MAX);
        }
        long version = 0;
        String log = "";
        String kind = "";
        String id = "";
        Optional<String> run = Optional.empty();
        long sequence = 0;
        Optional<String> verifierKey = Optional.empty();
        try (JsonParser parser =
                json.createParser(ObjectReadContext.empty(), bytes, from, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "v" -> version = parser.getLongValue();
                    case "id" -> id = parser.getString();
                    case "log" -> log = parser.getString();
                    case "kind" -> kind = parser.getString();
                    case "run" -> run = Optional.of(parser.getString());
                    case "run-seq" -> sequence = parser.getLongValue();
                    case "detail" -> verifierKey = verifierKey(parser);
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("more than one JSON value");
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
        if (version < 1 || id.isEmpty() || kind.isEmpty()) {
            throw new IllegalArgumentException("the member v, id or kind is missing");
        }
        return new RecordShape(version, log, kind, run, sequence, verifierKey);
    }

    private static Optional<String> verifierKey(JsonParser parser) {
        Optional<String> found = Optional.empty();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return found;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("verifier-key")) {
                found = Optional.of(parser.getString());
            } else {
                parser.skipChildren();
            }
        }
        return found;
    }
}

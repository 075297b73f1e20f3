package rein.server.http;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one mapper for what the management API says and hears: records to JSON and back, unknown
 * members refused.
 */
public final class Json {
    public static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    // A member that is not Optional must be there: null never passes this boundary.
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .changeDefaultPropertyInclusion(value ->
                            value.withValueInclusion(
                                    com.fasterxml.jackson.annotation.JsonInclude.Include
                                            .NON_ABSENT))
                    .build();

    private Json() {}

    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /**
     * Reads a record.
     *
     * @throws ProblemException 400 that names the member that is wrong
     */
    public static <T> T read(byte[] body, Class<T> type) {
        try {
            return Optional.ofNullable(
                            MAPPER.readValue(body.length == 0 ? new byte[] {'{', '}'} : body, type))
                    .orElseThrow(() ->
                            new ProblemException(
                                    400, "bad-json", "The body is an object, not null."));
        } catch (JacksonException e) {
            throw new ProblemException(
                    400, "bad-json", "The body is not what is expected: " + plain(e) + ".");
        }
    }

    /** Jackson ends with the name of its own setting, which says nothing to whoever asked. */
    private static String plain(JacksonException e) {
        return e.getOriginalMessage()
                .replace("Null value for creator property", "there is no")
                .replaceFirst(" \\(index [0-9]+\\); `DeserializationFeature.*", "");
    }
}

package rein.respond;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import rein.vocabulary.StopOrder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * A stop order as JSON. Members stand in this order, without white space: {@code id, scope,
 * scope-name, mode, reason, issuer, epoch, issued} (RFC 3339, UTC) and, where there is one, {@code
 * cause}.
 */
final class OrderJson {
    static final JsonFactory JSON = new JsonFactory();

    private OrderJson() {}

    static byte[] write(StopOrder order) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(json, order);
        }
        return bytes.toByteArray();
    }

    static void write(JsonGenerator json, StopOrder order) {
        ScopeName scope = ScopeName.of(order.scope());
        json.writeStartObject();
        json.writeStringProperty("id", order.id().toString());
        json.writeStringProperty("scope", scope.kind());
        json.writeStringProperty("scope-name", scope.name());
        json.writeStringProperty("mode", order.mode().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("reason", order.reason());
        json.writeStringProperty("issuer", order.issuer());
        json.writeNumberProperty("epoch", order.epoch());
        json.writeStringProperty("issued", order.issued().toString());
        order.cause().ifPresent(cause -> json.writeStringProperty("cause", cause.toString()));
        json.writeEndObject();
    }

    /**
     * Reads what {@link #write(StopOrder)} wrote.
     *
     * @throws IllegalArgumentException when it is not that
     */
    static StopOrder read(byte[] bytes) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            json.nextToken();
            return read(json);
        } catch (StreamReadException malformed) {
            throw new IllegalArgumentException("not a stop order", malformed);
        }
    }

    /** Reads the object that begins at the current token. */
    static StopOrder read(JsonParser json) {
        expect(json, JsonToken.START_OBJECT);
        UUID id = UUID.fromString(text(json, "id"));
        String kind = text(json, "scope");
        String name = text(json, "scope-name");
        String mode = text(json, "mode");
        String reason = text(json, "reason");
        String issuer = text(json, "issuer");
        long epoch = number(json, "epoch");
        Instant issued = instant(text(json, "issued"));
        Optional<UUID> cause = Optional.empty();
        if (json.nextToken() == JsonToken.PROPERTY_NAME) {
            expectName(json, "cause");
            json.nextToken();
            cause = Optional.of(UUID.fromString(json.getString()));
            json.nextToken();
        }
        expect(json, JsonToken.END_OBJECT);
        return new StopOrder(
                id,
                new ScopeName(kind, name).scope(),
                StopOrder.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
                reason,
                issuer,
                epoch,
                issued,
                cause);
    }

    static String text(JsonParser json, String member) {
        json.nextToken();
        expectName(json, member);
        json.nextToken();
        expect(json, JsonToken.VALUE_STRING);
        return json.getString();
    }

    static long number(JsonParser json, String member) {
        json.nextToken();
        expectName(json, member);
        json.nextToken();
        expect(json, JsonToken.VALUE_NUMBER_INT);
        return json.getLongValue();
    }

    static void expectName(JsonParser json, String member) {
        expect(json, JsonToken.PROPERTY_NAME);
        if (!member.equals(json.currentName())) {
            throw new IllegalArgumentException(
                    "expected member '" + member + "', found '" + json.currentName() + "'");
        }
    }

    static void expect(JsonParser json, JsonToken token) {
        if (json.currentToken() != token) {
            throw new IllegalArgumentException(
                    "expected " + token + ", found " + json.currentToken());
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            throw new IllegalArgumentException("not a time: '" + text + "'", notATime);
        }
    }
}

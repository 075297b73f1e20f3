package rein.respond;

import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import rein.vocabulary.Cut;
import rein.vocabulary.Receipt;
import rein.vocabulary.StopOrder;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/**
 * A receipt as JSON, in one form only, so that it can be signed and checked byte by byte: UTF-8, no
 * white space, members in this order:
 *
 * <ol>
 *   <li>{@code v}: 1
 *   <li>{@code order}: as {@link OrderJson} has it
 *   <li>{@code confirmed}: an object, enforcement points by name in Unicode code unit order, each
 *       an array of cuts with {@code run, what, count, left, elapsed-micros}, sorted by these
 *   <li>{@code unconfirmed}: an object, enforcement point → reason, in the same order
 *   <li>{@code elapsed-micros}, {@code recorded-late}, {@code key-id}
 *   <li>{@code signature}: base64 of Ed25519 (RFC 8032 §5.1) over all of this without this member
 * </ol>
 */
public final class ReceiptJson {
    private static final Comparator<Cut> ORDER =
            Comparator.comparing((Cut cut) -> cut.run().toString())
                    .thenComparing(Cut::what)
                    .thenComparingLong(Cut::count)
                    .thenComparingLong(Cut::left)
                    .thenComparingLong(Cut::elapsedMicros);

    private ReceiptJson() {}

    /** The whole receipt, signature last. */
    public static byte[] write(Receipt receipt) {
        return write(receipt, true);
    }

    /** What the signature is over: the same without the last member. */
    static byte[] signed(Receipt receipt) {
        return write(receipt, false);
    }

    private static byte[] write(Receipt receipt, boolean withSignature) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json =
                OrderJson.JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeNumberProperty("v", 1);
            json.writeName("order");
            OrderJson.write(json, receipt.order());
            json.writeObjectPropertyStart("confirmed");
            for (Map.Entry<String, Set<Cut>> point : receipt.confirmed().entrySet()) {
                json.writeArrayPropertyStart(point.getKey());
                point.getValue().stream().sorted(ORDER).forEach(cut -> write(json, cut));
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeObjectPropertyStart("unconfirmed");
            receipt.unconfirmed().forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeNumberProperty("elapsed-micros", receipt.elapsedMicros());
            json.writeBooleanProperty("recorded-late", receipt.recordedLate());
            json.writeStringProperty("key-id", receipt.keyId());
            if (withSignature) {
                json.writeStringProperty("signature", receipt.signature());
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Cut cut) {
        json.writeStartObject();
        json.writeStringProperty("run", cut.run().toString());
        json.writeStringProperty("what", cut.what());
        json.writeNumberProperty("count", cut.count());
        json.writeNumberProperty("left", cut.left());
        json.writeNumberProperty("elapsed-micros", cut.elapsedMicros());
        json.writeEndObject();
    }

    /**
     * Reads a receipt; it need not be in the one form, which {@link ReceiptVerifier} asks for.
     *
     * @throws IllegalArgumentException when it is not a receipt
     */
    public static Receipt read(byte[] bytes) {
        try (JsonParser json = OrderJson.JSON.createParser(ObjectReadContext.empty(), bytes)) {
            json.nextToken();
            OrderJson.expect(json, JsonToken.START_OBJECT);
            long version = OrderJson.number(json, "v");
            if (version != 1) {
                throw new IllegalArgumentException("receipt version " + version + ", known is 1");
            }
            json.nextToken();
            OrderJson.expectName(json, "order");
            json.nextToken();
            StopOrder order = OrderJson.read(json);
            SortedMap<String, Set<Cut>> confirmed = confirmed(json);
            SortedMap<String, String> unconfirmed = unconfirmed(json);
            long elapsed = OrderJson.number(json, "elapsed-micros");
            json.nextToken();
            OrderJson.expectName(json, "recorded-late");
            boolean late = json.nextToken() == JsonToken.VALUE_TRUE;
            String keyId = OrderJson.text(json, "key-id");
            String signature = OrderJson.text(json, "signature");
            json.nextToken();
            OrderJson.expect(json, JsonToken.END_OBJECT);
            return new Receipt(order, confirmed, unconfirmed, elapsed, late, keyId, signature);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("not a receipt", malformed);
        }
    }

    private static SortedMap<String, Set<Cut>> confirmed(JsonParser json) {
        json.nextToken();
        OrderJson.expectName(json, "confirmed");
        json.nextToken();
        OrderJson.expect(json, JsonToken.START_OBJECT);
        TreeMap<String, Set<Cut>> confirmed = new TreeMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String point = json.currentName();
            json.nextToken();
            OrderJson.expect(json, JsonToken.START_ARRAY);
            Set<Cut> cuts = new HashSet<>();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                cuts.add(
                        new Cut(
                                UUID.fromString(OrderJson.text(json, "run")),
                                OrderJson.text(json, "what"),
                                OrderJson.number(json, "count"),
                                OrderJson.number(json, "left"),
                                OrderJson.number(json, "elapsed-micros")));
                json.nextToken();
                OrderJson.expect(json, JsonToken.END_OBJECT);
            }
            OrderJson.expect(json, JsonToken.END_ARRAY);
            confirmed.put(point, cuts);
        }
        OrderJson.expect(json, JsonToken.END_OBJECT);
        return confirmed;
    }

    private static SortedMap<String, String> unconfirmed(JsonParser json) {
        json.nextToken();
        OrderJson.expectName(json, "unconfirmed");
        json.nextToken();
        OrderJson.expect(json, JsonToken.START_OBJECT);
        TreeMap<String, String> unconfirmed = new TreeMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String point = json.currentName();
            json.nextToken();
            OrderJson.expect(json, JsonToken.VALUE_STRING);
            unconfirmed.put(point, json.getString());
        }
        OrderJson.expect(json, JsonToken.END_OBJECT);
        return unconfirmed;
    }
}

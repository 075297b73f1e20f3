package rein.policy.schema;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import rein.policy.json.Json;

/** JSON as text, a member a line, indented by two. */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    static String write(Json json) {
        JsonWriter writer = new JsonWriter();
        writer.value(json, "");
        return writer.out.append('\n').toString();
    }

    private void value(Json json, String indent) {
        switch (json) {
            case Json.Obj(_, Map<String, Json> members) -> object(members, indent);
            case Json.Arr(_, List<Json> elements) -> array(elements, indent);
            case Json.Text(_, String value) -> string(value);
            case Json.Int(_, long value) -> out.append(value);
            case Json.Bool(_, boolean value) -> out.append(value);
            case Json.Null _ -> out.append("null");
        }
    }

    private void object(Map<String, Json> members, String indent) {
        if (members.isEmpty()) {
            out.append("{}");
            return;
        }
        String inside = indent + "  ";
        out.append("{\n");
        for (Iterator<Map.Entry<String, Json>> rest = members.entrySet().iterator();
                rest.hasNext(); ) {
            Map.Entry<String, Json> member = rest.next();
            out.append(inside);
            string(member.getKey());
            out.append(": ");
            value(member.getValue(), inside);
            out.append(rest.hasNext() ? ",\n" : "\n");
        }
        out.append(indent).append('}');
    }

    private void array(List<Json> elements, String indent) {
        if (elements.isEmpty()) {
            out.append("[]");
            return;
        }
        String inside = indent + "  ";
        out.append("[\n");
        for (Iterator<Json> rest = elements.iterator(); rest.hasNext(); ) {
            out.append(inside);
            value(rest.next(), inside);
            out.append(rest.hasNext() ? ",\n" : "\n");
        }
        out.append(indent).append(']');
    }

    private void string(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}

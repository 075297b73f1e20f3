package rein.server.http;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rein.vocabulary.Action;

/** The route table as an OpenAPI 3.1 document; schemas come from the components of the records. */
public final class OpenApi {
    private static final Pattern PART = Pattern.compile("\\{([a-z-]+)}");
    private final Map<String, Object> schemas = new TreeMap<>();
    private final Map<String, Class<?>> names = new HashMap<>();

    public static Map<String, Object> of(Api api, String version) {
        return new OpenApi().document(api, version);
    }

    private Map<String, Object> document(Api api, String version) {
        Map<String, Map<String, Object>> paths = new TreeMap<>();
        for (Route<?, ?> route : api.routes()) {
            Map<String, Object> operation =
                    operation(
                            route.summary(),
                            route.template(),
                            route.action().map(Action::id).orElse("none"));
            if (route.body() != NoBody.class) {
                operation.put(
                        "requestBody",
                        Map.of("required", true, "content", content(schema(route.body()))));
            }
            operation.put("responses", responses(content(schema(route.result()))));
            paths.computeIfAbsent(route.template(), _ -> new TreeMap<>())
                    .put(route.method().toLowerCase(java.util.Locale.ROOT), operation);
        }
        for (Api.StreamRoute route : api.streams()) {
            Map<String, Object> operation =
                    operation(route.summary(), route.template(), route.action().id());
            operation.put("responses", responses(Map.of("text/event-stream", Map.of())));
            paths.computeIfAbsent(route.template(), _ -> new TreeMap<>()).put("get", operation);
        }
        schema(Problem.class);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "Rein management API", "version", version));
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "schemas",
                        schemas,
                        "securitySchemes",
                        Map.of("token", Map.of("type", "http", "scheme", "bearer"))));
        document.put("security", List.of(Map.of("token", List.of())));
        return document;
    }

    private static Map<String, Object> operation(String summary, String template, String action) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("summary", summary);
        operation.put("x-rein-action", action);
        List<Object> parameters = new ArrayList<>();
        Matcher parts = PART.matcher(template);
        while (parts.find()) {
            parameters.add(
                    Map.of(
                            "name",
                            parts.group(1),
                            "in",
                            "path",
                            "required",
                            true,
                            "schema",
                            Map.of("type", "string")));
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        return operation;
    }

    private static Map<String, Object> responses(Map<String, Object> content) {
        Map<String, Object> problem =
                Map.of(
                        Problem.CONTENT_TYPE,
                        Map.of("schema", Map.of("$ref", "#/components/schemas/Problem")));
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put("200", Map.of("description", "Done", "content", content));
        responses.put("default", Map.of("description", "RFC 9457 problem", "content", problem));
        return responses;
    }

    private static Map<String, Object> content(Map<String, Object> schema) {
        return Map.of("application/json", Map.of("schema", schema));
    }

    private Map<String, Object> schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Class<?> raw = (Class<?>) generic.getRawType();
            if (raw == Optional.class) {
                return schema(arguments[0]);
            }
            return Collection.class.isAssignableFrom(raw)
                    ? Map.of("type", "array", "items", schema(arguments[0]))
                    : Map.of(
                            "type",
                            "object",
                            "additionalProperties",
                            schema(arguments[arguments.length - 1]));
        }
        if (!(type instanceof Class<?> plain)) {
            return Map.of();
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (plain == int.class
                || plain == long.class
                || plain == Integer.class
                || plain == Long.class) {
            return Map.of("type", "integer");
        }
        if (plain == Instant.class) {
            return Map.of("type", "string", "format", "date-time");
        }
        if (plain == UUID.class) {
            return Map.of("type", "string", "format", "uuid");
        }
        if (plain.isEnum()) {
            List<String> names = new ArrayList<>();
            for (Object constant : plain.getEnumConstants()) {
                names.add(constant.toString());
            }
            return Map.of("type", "string", "enum", names);
        }
        return plain.isRecord()
                ? named(plain)
                : plain == String.class ? Map.of("type", "string") : Map.of();
    }

    /** Of two types with one name the second is called after what it stands in. */
    private String name(Class<?> type) {
        String simple = type.getSimpleName();
        Class<?> holder = names.computeIfAbsent(simple, _ -> type);
        Class<?> within = type.getEnclosingClass();
        return holder == type || within == null ? simple : within.getSimpleName() + simple;
    }

    private Map<String, Object> named(Class<?> type) {
        String name = name(type);
        if (!schemas.containsKey(name)) {
            Map<String, Object> properties = new LinkedHashMap<>();
            schemas.put(name, Map.of("type", "object", "properties", properties));
            for (RecordComponent component : type.getRecordComponents()) {
                properties.put(component.getName(), schema(component.getGenericType()));
            }
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }
}

package rein.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bill of materials (CycloneDX 1.6, JSON). The build's plug-in knows the jars; what is in the
 * archive and is no jar, or is inside one, is added here.
 */
record Sbom(ObjectNode document) {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Something that is no Maven artifact. The licence is an SPDX expression. */
    record Part(
            String type,
            String supplier,
            String name,
            String version,
            String licence,
            String purl,
            String description) {}

    /** A jar and how its project says it is licensed. */
    record Component(String group, String name, String version, String licence) {}

    static Sbom read(Path file) {
        return new Sbom((ObjectNode) JSON.readTree(file.toFile()));
    }

    Sbom with(List<Part> parts) {
        ObjectNode copy = document.deepCopy();
        ArrayNode components = (ArrayNode) copy.get("components");
        for (Part part : parts) {
            ObjectNode component = components.addObject();
            component.put("type", part.type());
            component.put("bom-ref", part.purl());
            component.putObject("supplier").put("name", part.supplier());
            component.put("name", part.name());
            component.put("version", part.version());
            component.put("description", part.description());
            component.putArray("licenses").addObject().put("expression", part.licence());
            component.put("purl", part.purl());
        }
        return new Sbom(copy);
    }

    /** In the document's order. */
    List<Component> components() {
        List<Component> components = new ArrayList<>();
        document.get("components")
                .forEach(component -> {
                    List<String> licences = new ArrayList<>();
                    component
                            .path("licenses")
                            .forEach(each -> {
                                String expression = each.path("expression").asString("");
                                String id = each.path("license").path("id").asString("");
                                String name = each.path("license").path("name").asString("");
                                licences.add(expression + (id.isEmpty() ? name : id));
                            });
                    components.add(
                            new Component(
                                    component.path("group").asString(""),
                                    component.path("name").asString(""),
                                    component.path("version").asString(""),
                                    String.join(" or ", licences)));
                });
        return components;
    }

    void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(document) + "\n");
    }
}

package rein.policy.json;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.ScopeTest;
import rein.policy.syntax.Slot;
import rein.policy.syntax.SlotTest;
import rein.policy.syntax.Template;
import rein.policy.syntax.TemplateLink;
import rein.vocabulary.EntityUid;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** From policies, templates and links to JSON, members in the order of Cedar's own output. */
final class PolicyWriter {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamWriteConstraints(
                            StreamWriteConstraints.builder()
                                    .maxNestingDepth(JsonText.NESTING_MAX)
                                    .build())
                    .build();

    private final JsonGenerator out;

    private PolicyWriter(JsonGenerator out) {
        this.out = out;
    }

    /** A line a member, the same on every system. */
    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
            printer.indentArraysWith(new Indenter());
            printer.indentObjectsWith(new Indenter());
            return printer;
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }

    /** Two spaces a level, up to a depth that people still read. */
    private static final class Indenter implements DefaultPrettyPrinter.Indenter {
        private static final int LEVELS_MAX = 32;

        @Override
        public void writeIndentation(JsonGenerator out, int level) {
            out.writeRaw("\n" + "  ".repeat(Math.min(level, LEVELS_MAX)));
        }

        @Override
        public boolean isInline() {
            return false;
        }
    }

    static String write(PolicyDocument document) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(new Indented(), text)) {
            new PolicyWriter(out).document(document);
        }
        return text.append('\n').toString();
    }

    private void document(PolicyDocument document) {
        out.writeStartObject();
        out.writeName("staticPolicies").writeStartObject();
        for (Policy policy : document.policies()) {
            out.writeName(policy.localId());
            policy(policy);
        }
        out.writeEndObject();
        out.writeName("templates").writeStartObject();
        for (Template template : document.templates()) {
            out.writeName(template.localId());
            template(template);
        }
        out.writeEndObject();
        out.writeName("templateLinks").writeStartArray();
        document.links().forEach(this::link);
        out.writeEndArray();
        out.writeEndObject();
    }

    private void policy(Policy policy) {
        template(
                new Template(
                        policy.localId(),
                        policy.at(),
                        policy.effect(),
                        policy.annotations(),
                        new SlotTest.Fixed(policy.principal()),
                        policy.action(),
                        new SlotTest.Fixed(policy.resource()),
                        policy.conditions()));
    }

    private void template(Template template) {
        out.writeStartObject();
        out.writeStringProperty(
                "effect", template.effect() == Policy.Effect.PERMIT ? "permit" : "forbid");
        scope("principal", template.principal(), Slot.PRINCIPAL);
        out.writeName("action");
        test(template.action());
        scope("resource", template.resource(), Slot.RESOURCE);
        out.writeName("conditions").writeStartArray();
        for (Policy.Condition condition : template.conditions()) {
            out.writeStartObject();
            out.writeStringProperty("kind", condition.holdsWhen() ? "when" : "unless");
            out.writeName("body");
            new ExpressionWriter(out).write(condition.expression());
            out.writeEndObject();
        }
        out.writeEndArray();
        if (!template.annotations().isEmpty()) {
            annotations(template.annotations());
        }
        out.writeEndObject();
    }

    private void annotations(Map<String, String> annotations) {
        out.writeName("annotations").writeStartObject();
        annotations.forEach((key, value) -> {
            if (value.isEmpty()) {
                out.writeNullProperty(key);
            } else {
                out.writeStringProperty(key, value);
            }
        });
        out.writeEndObject();
    }

    private void scope(String name, SlotTest scope, Slot slot) {
        out.writeName(name);
        switch (scope) {
            case SlotTest.Fixed(ScopeTest test) -> test(test);
            case SlotTest.Equal() -> slot("==", slot);
            case SlotTest.In() -> slot("in", slot);
            case SlotTest.IsIn(String type) -> {
                op("is");
                out.writeStringProperty("entity_type", type);
                out.writeName("in").writeStartObject();
                out.writeStringProperty("slot", slot.word());
                out.writeEndObject();
                out.writeEndObject();
            }
        }
    }

    private void slot(String op, Slot slot) {
        op(op);
        out.writeStringProperty("slot", slot.word());
        out.writeEndObject();
    }

    private void op(String op) {
        out.writeStartObject();
        out.writeStringProperty("op", op);
    }

    private void test(ScopeTest test) {
        switch (test) {
            case ScopeTest.Any() -> op("All");
            case ScopeTest.Equal(EntityUid uid) -> {
                op("==");
                out.writeName("entity");
                entity(out, uid);
            }
            case ScopeTest.In(EntityUid uid) -> {
                op("in");
                out.writeName("entity");
                entity(out, uid);
            }
            case ScopeTest.InAny(List<EntityUid> uids) -> {
                op("in");
                out.writeName("entities").writeStartArray();
                uids.forEach(uid -> entity(out, uid));
                out.writeEndArray();
            }
            case ScopeTest.Is(String type) -> {
                op("is");
                out.writeStringProperty("entity_type", type);
            }
            case ScopeTest.IsIn(String type, EntityUid uid) -> {
                op("is");
                out.writeStringProperty("entity_type", type);
                out.writeName("in").writeStartObject();
                out.writeName("entity");
                entity(out, uid);
                out.writeEndObject();
            }
        }
        out.writeEndObject();
    }

    static void entity(JsonGenerator out, EntityUid uid) {
        out.writeStartObject();
        out.writeStringProperty("type", uid.type());
        out.writeStringProperty("id", uid.id());
        out.writeEndObject();
    }

    private void link(TemplateLink link) {
        out.writeStartObject();
        out.writeStringProperty("templateId", link.template());
        out.writeStringProperty("newId", link.newId());
        out.writeName("values").writeStartObject();
        for (Slot slot : Slot.values()) {
            EntityUid uid = link.values().get(slot);
            if (uid != null) {
                out.writeName(slot.word());
                entity(out, uid);
            }
        }
        out.writeEndObject();
        out.writeEndObject();
    }
}

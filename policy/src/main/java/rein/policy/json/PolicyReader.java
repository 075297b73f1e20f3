package rein.policy.json;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rein.policy.syntax.Bounds;
import rein.policy.syntax.Names;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.ScopeTest;
import rein.policy.syntax.Slot;
import rein.policy.syntax.SlotTest;
import rein.policy.syntax.Template;
import rein.policy.syntax.TemplateLink;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** From JSON to policies, templates and links. */
final class PolicyReader {
    private static final Set<String> SET = Set.of("staticPolicies", "templates", "templateLinks");
    private static final Set<String> REQUIRED =
            Set.of("effect", "principal", "action", "resource", "conditions");

    private final Expected expected;
    private final List<Policy> policies = new ArrayList<>();
    private final List<Template> templates = new ArrayList<>();
    private final List<TemplateLink> links = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    PolicyReader(Expected expected) {
        this.expected = expected;
    }

    PolicyDocument read(Json json) throws PolicyException {
        Map<String, Json> members = expected.object(json, "a policy set");
        if (members.containsKey("effect")) {
            add("policy0", json, false);
            return new PolicyDocument(policies, List.of(), List.of());
        }
        expected.object(json, "a policy set", Set.of(), SET);
        if (members.containsKey("staticPolicies")) {
            addAll(Expected.member(members, "staticPolicies"), false);
        }
        if (members.containsKey("templates")) {
            addAll(Expected.member(members, "templates"), true);
        }
        if (members.containsKey("templateLinks")) {
            Json all = Expected.member(members, "templateLinks");
            for (Json link : expected.array(all, "the array of links")) {
                links.add(link(link));
            }
        }
        return new PolicyDocument(policies, templates, links);
    }

    private void addAll(Json json, boolean template) throws PolicyException {
        String what = template ? "the templates by id" : "the policies by id";
        for (Map.Entry<String, Json> entry : expected.object(json, what).entrySet()) {
            add(entry.getKey(), entry.getValue(), template);
        }
    }

    private void add(String id, Json json, boolean template) throws PolicyException {
        take(id, json);
        Template parsed = template(id, json);
        if (template && parsed.slots().isEmpty()) {
            throw expected.syntax(json.at(), "a template needs a slot", "it is a static policy");
        }
        if (template) {
            templates.add(parsed);
        } else if (parsed.principal() instanceof SlotTest.Fixed(ScopeTest principal)
                && parsed.resource() instanceof SlotTest.Fixed(ScopeTest resource)) {
            policies.add(
                    new Policy(
                            id,
                            parsed.at(),
                            parsed.effect(),
                            parsed.annotations(),
                            principal,
                            parsed.action(),
                            resource,
                            parsed.conditions()));
        } else {
            throw expected.syntax(json.at(), "a static policy has no slot", "it is a template");
        }
    }

    private void take(String id, Json json) throws PolicyException {
        if (ids.size() == Bounds.POLICIES_MAX) {
            throw expected.tooLarge(
                    json.at(),
                    "a text holds at most " + Bounds.POLICIES_MAX + " policies",
                    "split it");
        }
        if (!ids.add(id)) {
            throw expected.syntax(
                    json.at(),
                    "a second policy with the id " + Quoting.literal(id),
                    "ids are unique in a text");
        }
    }

    private Template template(String id, Json json) throws PolicyException {
        Map<String, Json> members =
                expected.object(json, "a policy", REQUIRED, Set.of("annotations"));
        String effect =
                expected.oneOf(
                        Expected.member(members, "effect"),
                        "the effect",
                        List.of("permit", "forbid"));
        Map<String, String> annotations = new LinkedHashMap<>();
        if (members.containsKey("annotations")) {
            annotations(Expected.member(members, "annotations"), annotations);
        }
        List<Policy.Condition> conditions = new ArrayList<>();
        Json all = Expected.member(members, "conditions");
        for (Json condition : expected.array(all, "the array of conditions")) {
            conditions.add(condition(condition));
        }
        return new Template(
                id,
                json.at(),
                effect.equals("permit") ? Policy.Effect.PERMIT : Policy.Effect.FORBID,
                annotations,
                scope(Expected.member(members, "principal"), Slot.PRINCIPAL),
                action(Expected.member(members, "action")),
                scope(Expected.member(members, "resource"), Slot.RESOURCE),
                List.copyOf(conditions));
    }

    private void annotations(Json json, Map<String, String> annotations) throws PolicyException {
        for (Map.Entry<String, Json> entry : expected.object(json, "annotations").entrySet()) {
            Json value = entry.getValue();
            if (!Names.isWord(entry.getKey())) {
                throw expected.syntax(
                        value.at(),
                        Quoting.literal(entry.getKey()) + " is no name of an annotation",
                        "letters, digits and _");
            }
            annotations.put(
                    entry.getKey(),
                    value instanceof Json.Null ? "" : expected.text(value, "an annotation's text"));
        }
    }

    private Policy.Condition condition(Json json) throws PolicyException {
        Map<String, Json> members =
                expected.object(json, "a condition", Set.of("kind", "body"), Set.of());
        String kind =
                expected.oneOf(
                        Expected.member(members, "kind"), "the kind", List.of("when", "unless"));
        return new Policy.Condition(
                kind.equals("when"),
                new ExpressionReader(expected).read(Expected.member(members, "body")));
    }

    private SlotTest scope(Json json, Slot slot) throws PolicyException {
        Map<String, Json> members = expected.object(json, "a scope");
        String op = op(json, members, List.of("All", "==", "in", "is"));
        return switch (op) {
            case "All" -> {
                expected.object(json, "this scope", Set.of("op"), Set.of());
                yield new SlotTest.Fixed(new ScopeTest.Any());
            }
            case "is" -> is(json, slot);
            default -> {
                expected.object(json, "this scope", Set.of("op"), Set.of("entity", "slot"));
                Optional<EntityUid> uid = entityOrSlot(json, members, slot);
                if (uid.isEmpty()) {
                    yield op.equals("==") ? new SlotTest.Equal() : new SlotTest.In();
                }
                yield new SlotTest.Fixed(
                        op.equals("==")
                                ? new ScopeTest.Equal(uid.get())
                                : new ScopeTest.In(uid.get()));
            }
        };
    }

    private SlotTest is(Json json, Slot slot) throws PolicyException {
        Map<String, Json> members =
                expected.object(json, "this scope", Set.of("op", "entity_type"), Set.of("in"));
        String type = expected.type(Expected.member(members, "entity_type"));
        if (!members.containsKey("in")) {
            return new SlotTest.Fixed(new ScopeTest.Is(type));
        }
        Json in = Expected.member(members, "in");
        Map<String, Json> group =
                expected.object(in, "the group", Set.of(), Set.of("entity", "slot"));
        Optional<EntityUid> uid = entityOrSlot(in, group, slot);
        return uid.isEmpty()
                ? new SlotTest.IsIn(type)
                : new SlotTest.Fixed(new ScopeTest.IsIn(type, uid.get()));
    }

    /** The entity; empty for the slot that may stand here. */
    private Optional<EntityUid> entityOrSlot(Json json, Map<String, Json> members, Slot slot)
            throws PolicyException {
        if (members.containsKey("entity") == members.containsKey("slot")) {
            throw expected.syntax(json.at(), "a scope names an entity or a slot", "");
        }
        if (members.containsKey("entity")) {
            return Optional.of(expected.entity(Expected.member(members, "entity")));
        }
        expected.oneOf(Expected.member(members, "slot"), "the slot", List.of(slot.word()));
        return Optional.empty();
    }

    private ScopeTest action(Json json) throws PolicyException {
        Map<String, Json> members = expected.object(json, "a scope");
        String op = op(json, members, List.of("All", "==", "in"));
        if (op.equals("All")) {
            expected.object(json, "this scope", Set.of("op"), Set.of());
            return new ScopeTest.Any();
        }
        if (op.equals("in") && members.containsKey("entities")) {
            expected.object(json, "this scope", Set.of("op", "entities"), Set.of());
            List<EntityUid> uids = new ArrayList<>();
            Json all = Expected.member(members, "entities");
            for (Json uid : expected.array(all, "the array of actions")) {
                uids.add(actionUid(uid));
            }
            return new ScopeTest.InAny(List.copyOf(uids));
        }
        expected.object(json, "this scope", Set.of("op", "entity"), Set.of());
        EntityUid uid = actionUid(Expected.member(members, "entity"));
        return op.equals("==") ? new ScopeTest.Equal(uid) : new ScopeTest.In(uid);
    }

    private EntityUid actionUid(Json json) throws PolicyException {
        EntityUid uid = expected.entity(json);
        if (!uid.type().equals("Action") && !uid.type().endsWith("::Action")) {
            throw expected.syntax(
                    json.at(), "an action has the type Action, not " + uid.type(), "");
        }
        return uid;
    }

    private String op(Json json, Map<String, Json> members, List<String> known)
            throws PolicyException {
        if (!members.containsKey("op")) {
            throw expected.syntax(json.at(), "a scope needs the member \"op\"", "");
        }
        return expected.oneOf(Expected.member(members, "op"), "the operator", known);
    }

    private TemplateLink link(Json json) throws PolicyException {
        Map<String, Json> members =
                expected.object(json, "a link", Set.of("templateId", "newId", "values"), Set.of());
        String newId = expected.text(Expected.member(members, "newId"), "the new policy's id");
        take(newId, json);
        Map<Slot, EntityUid> values = new EnumMap<>(Slot.class);
        Json all = Expected.member(members, "values");
        for (Map.Entry<String, Json> value : expected.object(all, "the values").entrySet()) {
            Json.Text word = new Json.Text(value.getValue().at(), value.getKey());
            String slot =
                    expected.oneOf(
                            word, "the slot", List.of(Slot.PRINCIPAL.word(), Slot.RESOURCE.word()));
            values.put(
                    slot.equals(Slot.PRINCIPAL.word()) ? Slot.PRINCIPAL : Slot.RESOURCE,
                    expected.entity(value.getValue()));
        }
        return new TemplateLink(
                json.at(),
                expected.text(Expected.member(members, "templateId"), "the template's id"),
                newId,
                values);
    }
}

package rein.policy.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/**
 * Text to policies, by recursive descent over Cedar's grammar (version 4.12). Conditions are parsed
 * by {@link ExpressionParser}.
 */
public final class PolicyParser {
    private final Cursor cursor;

    private PolicyParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /** The policies of a text that has no template. */
    public static List<Policy> parse(String name, String text) throws PolicyException {
        PolicyDocument document = parseDocument(name, text);
        if (!document.templates().isEmpty()) {
            throw unlinked(name, document.templates().getFirst());
        }
        return document.policies();
    }

    /** Policies and templates. */
    public static PolicyDocument parseDocument(String name, String text) throws PolicyException {
        return new PolicyParser(new Cursor(name, Lexer.tokens(name, text))).document();
    }

    /** A template that nothing links decides nothing, which its author hardly meant. */
    public static PolicyException unlinked(String name, Template template) {
        return new PolicyException(
                PolicyException.Code.MEANING,
                new Problem(
                        name,
                        template.at(),
                        "nothing links the template " + Quoting.literal(template.localId()),
                        "name the entity, as in Agent::\"x\", or link it in a policy set in JSON"));
    }

    private PolicyDocument document() throws PolicyException {
        List<Policy> policies = new ArrayList<>();
        List<Template> templates = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        while (cursor.peek().kind() != Token.Kind.END) {
            Token first = cursor.peek();
            if (ids.size() == Bounds.POLICIES_MAX) {
                throw cursor.tooLarge(
                        first.at(),
                        "a text holds at most " + Bounds.POLICIES_MAX + " policies",
                        "split it");
            }
            Template parsed = template(ids.size());
            if (!ids.add(parsed.localId())) {
                throw cursor.syntax(
                        first,
                        "a second policy with the id " + Quoting.literal(parsed.localId()),
                        "ids are unique in a text");
            }
            if (parsed.principal() instanceof SlotTest.Fixed(ScopeTest principal)
                    && parsed.resource() instanceof SlotTest.Fixed(ScopeTest resource)) {
                policies.add(whole(parsed, principal, resource));
            } else {
                templates.add(parsed);
            }
        }
        return new PolicyDocument(policies, templates, List.of());
    }

    private static Policy whole(Template parsed, ScopeTest principal, ScopeTest resource) {
        return new Policy(
                parsed.localId(),
                parsed.at(),
                parsed.effect(),
                parsed.annotations(),
                principal,
                parsed.action(),
                resource,
                parsed.conditions());
    }

    private Template template(int index) throws PolicyException {
        Position at = cursor.peek().at();
        Map<String, String> annotations = annotations();
        Policy.Effect effect = effect();
        cursor.expect("(", "after the effect");
        SlotTest principal = scope("principal", Slot.PRINCIPAL);
        cursor.expect(",", "after the principal");
        ScopeTest action = actionScope();
        cursor.expect(",", "after the action");
        SlotTest resource = scope("resource", Slot.RESOURCE);
        cursor.takeIf(",");
        cursor.expect(")", "after the resource");
        List<Policy.Condition> conditions = conditions();
        String id = annotations.getOrDefault("id", "policy" + index);
        return new Template(id, at, effect, annotations, principal, action, resource, conditions);
    }

    private Map<String, String> annotations() throws PolicyException {
        Map<String, String> annotations = new LinkedHashMap<>();
        while (cursor.takeIf("@")) {
            Token key = cursor.peek();
            String name = cursor.word("the name of an annotation");
            String value = "";
            if (cursor.takeIf("(")) {
                value = cursor.string("the annotation's text");
                cursor.expect(")", "after the annotation's text");
            }
            if (annotations.put(name, value) != null) {
                throw cursor.syntax(key, "a second annotation @" + name, "");
            }
        }
        return annotations;
    }

    private Policy.Effect effect() throws PolicyException {
        if (cursor.takeIfWord("permit")) {
            return Policy.Effect.PERMIT;
        }
        if (cursor.takeIfWord("forbid")) {
            return Policy.Effect.FORBID;
        }
        throw cursor.expected("`permit` or `forbid`", meant("permit", "forbid"));
    }

    private SlotTest scope(String variable, Slot slot) throws PolicyException {
        cursor.expectWord(variable, "as " + ordinal(variable));
        if (cursor.takeIf("==")) {
            return takeSlot(slot)
                    ? new SlotTest.Equal()
                    : new SlotTest.Fixed(new ScopeTest.Equal(entity()));
        }
        if (cursor.takeIfWord("in")) {
            return takeSlot(slot)
                    ? new SlotTest.In()
                    : new SlotTest.Fixed(new ScopeTest.In(entity()));
        }
        if (cursor.takeIfWord("is")) {
            String type = cursor.path("an entity type");
            if (!cursor.takeIfWord("in")) {
                return new SlotTest.Fixed(new ScopeTest.Is(type));
            }
            return takeSlot(slot)
                    ? new SlotTest.IsIn(type)
                    : new SlotTest.Fixed(new ScopeTest.IsIn(type, entity()));
        }
        refuseOtherOperators(variable, "==, in, or is");
        return new SlotTest.Fixed(new ScopeTest.Any());
    }

    /** Takes the slot if it is the one that may stand here; another one is refused. */
    private boolean takeSlot(Slot slot) throws PolicyException {
        Token token = cursor.peek();
        if (token.kind() != Token.Kind.SLOT) {
            return false;
        }
        if (!token.text().equals(slot.word())) {
            throw cursor.syntax(
                    token, token.shown() + " cannot stand here", "write " + slot.word());
        }
        cursor.take();
        return true;
    }

    private ScopeTest actionScope() throws PolicyException {
        cursor.expectWord("action", "as the second part of the head");
        if (cursor.takeIf("==")) {
            return new ScopeTest.Equal(action());
        }
        if (cursor.takeIfWord("in")) {
            if (!cursor.takeIf("[")) {
                return new ScopeTest.In(action());
            }
            List<EntityUid> uids = new ArrayList<>();
            while (!cursor.peek().is("]")) {
                uids.add(action());
                if (!cursor.takeIf(",")) {
                    break;
                }
            }
            cursor.expect("]", "after the list of actions");
            return new ScopeTest.InAny(List.copyOf(uids));
        }
        refuseOtherOperators("action", "== or in");
        return new ScopeTest.Any();
    }

    private void refuseOtherOperators(String variable, String allowed) throws PolicyException {
        Token token = cursor.peek();
        if (token.is(",") || token.is(")")) {
            return;
        }
        String help = token.is("=") ? "write == to compare" : "other tests go into when { … }";
        throw cursor.expected("`,`, or a test of the " + variable + " with " + allowed, help);
    }

    private EntityUid action() throws PolicyException {
        Token first = cursor.peek();
        EntityUid uid = entity();
        if (!uid.type().equals("Action") && !uid.type().endsWith("::Action")) {
            throw cursor.syntax(first, "an action has the type Action, not " + uid.type(), "");
        }
        return uid;
    }

    private EntityUid entity() throws PolicyException {
        Token first = cursor.peek();
        if (first.kind() == Token.Kind.SLOT) {
            throw cursor.syntax(
                    first,
                    "the action cannot be a slot",
                    "only the principal and the resource can; name the action");
        }
        String type = cursor.path("an entity, as in Agent::\"x\"");
        cursor.expect("::", "and the entity's id in quotes");
        return new EntityUid(type, cursor.string("the entity's id in quotes"));
    }

    private List<Policy.Condition> conditions() throws PolicyException {
        List<Policy.Condition> conditions = new ArrayList<>();
        while (!cursor.takeIf(";")) {
            boolean when = cursor.takeIfWord("when");
            if (!when && !cursor.takeIfWord("unless")) {
                throw cursor.expected(
                        "`;`, `when` or `unless` after the head", meant("when", "unless"));
            }
            cursor.expect("{", "before the condition");
            conditions.add(new Policy.Condition(when, new ExpressionParser(cursor).parse()));
            cursor.expect("}", "after the condition");
        }
        return List.copyOf(conditions);
    }

    private String meant(String... words) {
        Optional<String> closest = Spelling.closest(cursor.peek().text(), List.of(words));
        return closest.map(word -> "did you mean `" + word + "`?").orElse("");
    }

    private static String ordinal(String variable) {
        return variable.equals("principal")
                ? "the first part of the head"
                : "the third part of the head";
    }
}

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
 * by {@link ExpressionParser}. Templates ({@code ?principal}) are refused with a sentence.
 */
public final class PolicyParser {
    private final Cursor cursor;

    private PolicyParser(Cursor cursor) {
        this.cursor = cursor;
    }

    public static List<Policy> parse(String name, String text) throws PolicyException {
        return new PolicyParser(new Cursor(name, Lexer.tokens(name, text))).policies();
    }

    private List<Policy> policies() throws PolicyException {
        List<Policy> policies = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        while (cursor.peek().kind() != Token.Kind.END) {
            Token first = cursor.peek();
            if (policies.size() == Bounds.POLICIES_MAX) {
                throw cursor.tooLarge(
                        first.at(),
                        "a text holds at most " + Bounds.POLICIES_MAX + " policies",
                        "split it");
            }
            Policy policy = policy(policies.size());
            if (!ids.add(policy.localId())) {
                throw cursor.syntax(
                        first,
                        "a second policy with the id " + Quoting.literal(policy.localId()),
                        "ids are unique in a text");
            }
            policies.add(policy);
        }
        return policies;
    }

    private Policy policy(int index) throws PolicyException {
        Position at = cursor.peek().at();
        Map<String, String> annotations = annotations();
        Policy.Effect effect = effect();
        cursor.expect("(", "after the effect");
        ScopeTest principal = scope("principal");
        cursor.expect(",", "after the principal");
        ScopeTest action = actionScope();
        cursor.expect(",", "after the action");
        ScopeTest resource = scope("resource");
        cursor.takeIf(",");
        cursor.expect(")", "after the resource");
        List<Policy.Condition> conditions = conditions();
        String id = annotations.getOrDefault("id", "policy" + index);
        return new Policy(id, at, effect, annotations, principal, action, resource, conditions);
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

    private ScopeTest scope(String variable) throws PolicyException {
        cursor.expectWord(variable, "as " + ordinal(variable));
        if (cursor.takeIf("==")) {
            return new ScopeTest.Equal(entity());
        }
        if (cursor.takeIfWord("in")) {
            return new ScopeTest.In(entity());
        }
        if (cursor.takeIfWord("is")) {
            String type = cursor.path("an entity type");
            return cursor.takeIfWord("in")
                    ? new ScopeTest.IsIn(type, entity())
                    : new ScopeTest.Is(type);
        }
        refuseOtherOperators(variable, "==, in, or is");
        return new ScopeTest.Any();
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
                    first, "templates are not accepted", "name the entity, as in Agent::\"x\"");
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

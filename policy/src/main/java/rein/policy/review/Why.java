package rein.policy.review;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.policy.engine.Environment;
import rein.policy.engine.Evaluation;
import rein.policy.syntax.Expression;
import rein.policy.syntax.Expression.Variable;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Printer;
import rein.policy.syntax.ScopeTest;
import rein.policy.syntax.Walk;
import rein.policy.value.EvaluationException;
import rein.vocabulary.Decision;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;

/**
 * Why a request was answered as it was.
 *
 * @param decision as it comes out again
 * @param determining the policies that it rests on
 * @param near where nothing permitted it: the permits that came closest, closest first
 * @param changes what would alter it, the smallest first
 */
public record Why(
        Decision decision, List<Account> determining, List<Account> near, List<Change> changes) {
    /** More near misses than this are no explanation. */
    static final int NEAR_MAX = 3;

    /** Sub-expressions of one condition that are shown; people write ten. */
    static final int VALUES_MAX = 32;

    /**
     * One policy, and how it stood to the request.
     *
     * @param file the text it is in
     * @param line from 1
     */
    public record Account(
            String id, String file, int line, boolean permits, String source, List<Part> parts) {}

    /**
     * One thing that a policy asks for.
     *
     * @param text in the policy's own terms
     * @param holds whether it did
     * @param values what its parts were, {@code context.port} to {@code 443}
     */
    public record Part(
            String text, int line, int column, boolean holds, Map<String, String> values) {}

    /**
     * Something that alone would alter the decision.
     *
     * @param kind context, group, pack, permit or without
     * @param what it is, as a clause
     * @param outcome what would come of it
     * @param policies that would determine it
     */
    public record Change(
            String kind, String what, Decision.Outcome outcome, List<String> policies) {}

    /** Explains a decision of these texts. */
    public static Why of(Request request, RunFacts facts, TextSet texts) {
        Decision decision = texts.decide(request, facts);
        List<PolicyText> applying = new ArrayList<>();
        for (PolicyText text : texts.texts()) {
            if (text.mode() == PolicyText.Mode.ENFORCE && applies(text.scope(), facts)) {
                applying.add(text);
            }
        }
        facts.policies().stream()
                .filter(text -> applies(text.scope(), facts))
                .forEach(applying::add);
        List<Placed> all = Placed.of(applying);
        Environment environment = Environment.of(request);
        List<Account> determining = new ArrayList<>();
        for (String id : decision.policies()) {
            Placed.find(all, id).ifPresent(p -> determining.add(account(p, environment)));
        }
        List<Account> near =
                decision.policies().isEmpty() ? near(all, request, environment) : List.of();
        return new Why(
                decision,
                determining,
                near,
                new SmallestChange(request, facts, texts, all, decision).found());
    }

    static boolean applies(PolicyText.Scope scope, RunFacts facts) {
        return switch (scope) {
            case PolicyText.Scope.Fleet(), PolicyText.Scope.OfRun() -> true;
            case PolicyText.Scope.Pack(String name) -> name.equals(facts.pack());
            case PolicyText.Scope.OfBlueprint(String name) ->
                    name.equals(facts.run().agent().blueprint());
            case PolicyText.Scope.OfAgent(String name) -> name.equals(facts.run().agent().name());
        };
    }

    /** Permits for this action, those with the fewest parts that fail first. */
    private static List<Account> near(List<Placed> all, Request request, Environment environment) {
        return all.stream()
                .filter(placed -> placed.policy().permits())
                .filter(placed -> names(placed.policy().action(), request.action().uid()))
                .map(placed -> account(placed, environment))
                .sorted(Comparator.comparingLong(Why::failing))
                .limit(NEAR_MAX)
                .toList();
    }

    private static long failing(Account account) {
        return account.parts().stream().filter(part -> !part.holds()).count();
    }

    static boolean names(ScopeTest action, EntityUid uid) {
        return switch (action) {
            case ScopeTest.Equal equal -> equal.uid().equals(uid);
            case ScopeTest.In in -> in.uid().equals(uid);
            case ScopeTest.InAny any -> any.uids().contains(uid);
            case ScopeTest.Any _, ScopeTest.Is _, ScopeTest.IsIn _ -> true;
        };
    }

    private static Account account(Placed placed, Environment environment) {
        Policy policy = placed.policy();
        List<Part> parts = new ArrayList<>();
        Heads.condition(Variable.PRINCIPAL, policy.principal(), policy.at())
                .ifPresent(head -> parts.add(part(true, head, environment)));
        Heads.condition(Variable.RESOURCE, policy.resource(), policy.at())
                .ifPresent(head -> parts.add(part(true, head, environment)));
        for (Policy.Condition condition : policy.conditions()) {
            for (Expression part : Coverage.parts(condition)) {
                parts.add(part(condition.holdsWhen(), part, environment));
            }
        }
        return new Account(
                placed.id(),
                placed.text().name(),
                policy.at().line(),
                policy.permits(),
                placed.source(),
                parts);
    }

    private static Part part(boolean holdsWhen, Expression part, Environment environment) {
        Map<String, String> values = new LinkedHashMap<>();
        boolean holds = false;
        try {
            holds = Evaluation.of(part, environment).asBool() == holdsWhen;
        } catch (EvaluationException e) {
            values.put("it cannot be evaluated", e.text());
        }
        values(part, environment, values);
        return new Part(
                (holdsWhen ? "" : "unless ") + Printer.expression(part),
                part.at().line(),
                part.at().column(),
                holds,
                values);
    }

    /** The values that mattered: what is read of the request, outermost first. */
    private static void values(
            Expression expression, Environment environment, Map<String, String> into) {
        if (into.size() >= VALUES_MAX) {
            return;
        }
        if (isRead(expression)) {
            String value;
            try {
                value = Data.shown(Evaluation.of(expression, environment));
            } catch (EvaluationException e) {
                value = "nothing: " + e.text();
            }
            into.putIfAbsent(Printer.expression(expression), value);
        } else {
            Walk.children(expression).forEach(child -> values(child, environment, into));
        }
    }

    private static boolean isRead(Expression expression) {
        return switch (expression) {
            case Expression.Reference reference ->
                    reference.variable() != Expression.Variable.CONTEXT;
            case Expression.Attribute _, Expression.Has _, Expression.Is _ -> true;
            case Expression.Binary binary ->
                    switch (binary.operator()) {
                        case IN, HAS_TAG, GET_TAG -> true;
                        case EQUAL,
                                UNEQUAL,
                                LESS,
                                LESS_OR_EQUAL,
                                GREATER,
                                GREATER_OR_EQUAL,
                                PLUS,
                                MINUS,
                                TIMES,
                                CONTAINS,
                                CONTAINS_ALL,
                                CONTAINS_ANY ->
                                false;
                    };
            case Expression.Literal _,
                    Expression.If _,
                    Expression.And _,
                    Expression.Or _,
                    Expression.Not _,
                    Expression.Negate _,
                    Expression.IsEmpty _,
                    Expression.Like _,
                    Expression.SetOf _,
                    Expression.Struct _,
                    Expression.Call _ ->
                    false;
        };
    }
}

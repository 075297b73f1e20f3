package rein.policy.review;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rein.policy.Packs;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Printer;
import rein.policy.value.Quoting;
import rein.vocabulary.Decision;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Value;

/**
 * What alone would alter a decision: found by deciding again with one thing changed. Tried, in this
 * order, are the values and groups that the policies themselves name, the packs, the permit of
 * exactly what was asked for, and the absence of each policy that it rests on. What two changes
 * together would do is not looked for.
 */
final class SmallestChange {
    /** Each is a decision and some are a compilation: together some milliseconds. */
    static final int TRIED_MAX = 512;

    /** More ways out than this are no help. */
    static final int FOUND_MAX = 16;

    /** Decisions look at members of the context and groups of entities. */
    enum Kind {
        CONTEXT,
        GROUP,
        PACK,
        PERMIT,
        WITHOUT
    }

    private final Request request;
    private final RunFacts facts;
    private final TextSet texts;
    private final List<Placed> all;
    private final Decision decision;
    private final List<Why.Change> found = new ArrayList<>();
    private int tried;

    SmallestChange(
            Request request, RunFacts facts, TextSet texts, List<Placed> all, Decision decision) {
        this.request = request;
        this.facts = facts;
        this.texts = texts;
        this.all = all;
        this.decision = decision;
    }

    List<Why.Change> found() {
        Named named = Named.in(all);
        context(named);
        groups(named);
        packs();
        permit();
        without();
        return List.copyOf(found);
    }

    private void context(Named named) {
        named.context()
                .forEach((name, values) -> {
                    Optional<Value> is = Optional.ofNullable(request.context().get(name));
                    for (Value value : values) {
                        if (!is.equals(Optional.of(value))) {
                            Map<String, Value> context = new HashMap<>(request.context());
                            context.put(name, value);
                            attempt(
                                    Kind.CONTEXT,
                                    "context."
                                            + name
                                            + " were "
                                            + shown(value)
                                            + is.map(was -> " instead of " + shown(was)).orElse(""),
                                    with(context, request.entities()),
                                    facts,
                                    texts);
                        }
                    }
                });
    }

    /** What the resource or the principal would have to be a member of, or cease to be. */
    private void groups(Named named) {
        for (EntityUid of : List.of(request.resource(), request.principal())) {
            Set<EntityUid> is = parents(of);
            for (EntityUid group : named.groups()) {
                boolean fits =
                        is.stream().anyMatch(parent -> parent.type().equals(group.type()))
                                || group.type().equals(of.type() + "Group");
                if (is.contains(group)) {
                    Set<EntityUid> fewer = new HashSet<>(is);
                    fewer.remove(group);
                    String what = Quoting.literal(of) + " were not in " + Quoting.literal(group);
                    attempt(Kind.GROUP, what, regrouped(of, fewer), facts, texts);
                } else if (fits) {
                    Set<EntityUid> more = new HashSet<>(is);
                    more.add(group);
                    String what = Quoting.literal(of) + " were in " + Quoting.literal(group);
                    attempt(Kind.GROUP, what, regrouped(of, more), facts, texts);
                }
            }
        }
    }

    private void packs() {
        for (String pack : Packs.names()) {
            if (!pack.equals(facts.pack())) {
                RunFacts other =
                        new RunFacts(
                                facts.run(),
                                pack,
                                facts.policies(),
                                facts.taints(),
                                facts.counters());
                attempt(Kind.PACK, "the run had the pack " + pack, request, other, texts);
            }
        }
    }

    /** The line of exactly what was asked for, as an approval would add it. */
    private void permit() {
        if (decision.allowed()) {
            return;
        }
        String line = Lines.permit(request);
        String head = "@id(\"new\") ";
        PolicyText more =
                new PolicyText(
                        "this line",
                        new PolicyText.Scope.OfAgent(request.principal().id()),
                        head + line);
        attempt(Kind.PERMIT, "a policy had the line: " + line, request, facts, texts.with(more));
    }

    private void without() {
        for (String id : decision.policies()) {
            Optional<Placed> placed = Placed.find(all, id);
            if (placed.isPresent()) {
                attempt(
                        Kind.WITHOUT,
                        "the policy "
                                + id
                                + " (line "
                                + placed.get().policy().at().line()
                                + ") were not there",
                        request,
                        own(placed.get()),
                        shared(placed.get()));
            }
        }
    }

    private TextSet shared(Placed gone) {
        List<PolicyText> left = new ArrayList<>();
        texts.texts().forEach(text -> left.add(text.equals(gone.text()) ? without(gone) : text));
        return new TextSet(facts.run().agent().tenant(), left);
    }

    private RunFacts own(Placed gone) {
        List<PolicyText> left = new ArrayList<>();
        facts.policies().forEach(text -> left.add(text.equals(gone.text()) ? without(gone) : text));
        return new RunFacts(facts.run(), facts.pack(), left, facts.taints(), facts.counters());
    }

    /** The others of its text, each with the id that it has there. */
    private PolicyText without(Placed gone) {
        StringBuilder left = new StringBuilder();
        for (Placed placed : all) {
            if (placed.text().equals(gone.text()) && !placed.id().equals(gone.id())) {
                Policy policy = placed.policy();
                left.append(
                                policy.annotation("id").isPresent()
                                        ? ""
                                        : "@id(" + Quoting.literal(policy.localId()) + ") ")
                        .append(Printer.policy(policy))
                        .append('\n');
            }
        }
        PolicyText text = gone.text();
        return new PolicyText(text.name(), text.scope(), text.mode(), left.toString());
    }

    private void attempt(Kind kind, String what, Request asked, RunFacts known, TextSet with) {
        if (found.size() >= FOUND_MAX || tried >= TRIED_MAX) {
            return;
        }
        tried++;
        Decision again = with.decide(asked, known);
        boolean unusable =
                again.reasons().stream().anyMatch(reason -> reason.code().equals("policy-error"));
        if (again.outcome() != decision.outcome() && !unusable) {
            found.add(
                    new Why.Change(
                            kind.name().toLowerCase(java.util.Locale.ROOT),
                            what,
                            again.outcome(),
                            again.policies()));
        }
    }

    private Set<EntityUid> parents(EntityUid uid) {
        return request.entities().stream()
                .filter(entity -> entity.uid().equals(uid))
                .findFirst()
                .map(Entity::parents)
                .orElse(Set.of());
    }

    private Request regrouped(EntityUid uid, Set<EntityUid> parents) {
        Map<EntityUid, Entity> entities = new LinkedHashMap<>();
        request.entities().forEach(entity -> entities.put(entity.uid(), entity));
        Entity is = entities.getOrDefault(uid, new Entity(uid, Set.of()));
        entities.put(uid, new Entity(uid, is.attributes(), parents, is.tags()));
        return with(request.context(), List.copyOf(entities.values()));
    }

    private Request with(Map<String, Value> context, List<Entity> entities) {
        return new Request(
                request.principal(), request.action(), request.resource(), context, entities);
    }

    private static String shown(Value value) {
        return switch (value) {
            case Value.Bool(boolean flag) -> String.valueOf(flag);
            case Value.Int(long number) -> String.valueOf(number);
            case Value.Text(String text) -> Quoting.literal(text);
            case Value.Ref(EntityUid uid) -> Quoting.literal(uid);
            case Value.SetOf _, Value.Struct _, Value.Extension _ -> value.toString();
        };
    }
}

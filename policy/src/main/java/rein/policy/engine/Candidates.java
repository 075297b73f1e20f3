package rein.policy.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import rein.policy.syntax.ScopeTest;
import rein.vocabulary.EntityUid;

/**
 * The policies of a set whose heads hold for a request. They depend only on the types and on those
 * entities of the three lineages that some head names, so they are found once for each such
 * combination, through {@link ScopeIndex}, and remembered.
 *
 * <p>What is remembered is bounded twice: {@link #SETS} times {@link #WAYS} combinations (a newer
 * one takes the place of another), and {@link #REFERENCES_MAX} policies in all. An attacker who
 * asks for ever new combinations makes requests cost a walk of the index, no more. Safe for any
 * thread.
 */
final class Candidates {
    /** A node sees some hundred combinations of named agents, actions and hosts. */
    private static final int SETS = 1_024;

    /** Places in which a combination may lie, so that two never fight for one. */
    private static final int WAYS = 4;

    /** 8 MiB of references at most. */
    private static final long REFERENCES_MAX = 1_048_576;

    /** Stands for every entity that no head names. */
    private static final int UNNAMED = 0;

    private final ScopeIndex index;
    private final Map<EntityUid, Integer> named = new HashMap<>();
    private final Map<String, Integer> types = new HashMap<>();
    private final AtomicReferenceArray<@Nullable Known> places =
            new AtomicReferenceArray<>(SETS * WAYS);
    private final AtomicLong references = new AtomicLong();

    @SuppressWarnings("ArrayRecordComponent") // compared by content, in one place
    private record Known(int[] key, Found found) {}

    /**
     * The rules whose heads hold.
     *
     * @param rules like beside like, so that the processor foresees which code comes next
     * @param ranks of each rule the place of its policy among {@code byId}
     */
    @SuppressWarnings("ArrayRecordComponent") // read on every decision, never compared
    record Found(Rule[] rules, int[] ranks, CompiledPolicy[] byId) {
        static Found of(Set<Rule> holding) {
            Rule[] rules = holding.toArray(Rule[]::new);
            Arrays.sort(rules, Comparator.comparing(rule -> rule.policy().id()));
            CompiledPolicy[] byId = new CompiledPolicy[rules.length];
            IdentityHashMap<Rule, Integer> places = new IdentityHashMap<>();
            for (int i = 0; i < rules.length; i++) {
                byId[i] = rules[i].policy();
                places.put(rules[i], i);
            }
            Arrays.sort(rules, Comparator.comparing(Rule::kind));
            int[] ranks = new int[rules.length];
            for (int i = 0; i < rules.length; i++) {
                ranks[i] = places.getOrDefault(rules[i], 0);
            }
            return new Found(rules, ranks, byId);
        }
    }

    Candidates(List<Rule> rules) {
        this.index = ScopeIndex.of(rules);
        for (Rule rule : rules) {
            note(rule.policy().policy().principal());
            note(rule.policy().policy().action());
            note(rule.policy().policy().resource());
        }
    }

    private void note(ScopeTest test) {
        switch (test) {
            case ScopeTest.Any() -> {}
            case ScopeTest.Equal(EntityUid uid) -> number(named, uid);
            case ScopeTest.In(EntityUid uid) -> number(named, uid);
            case ScopeTest.InAny(List<EntityUid> uids) -> uids.forEach(uid -> number(named, uid));
            case ScopeTest.Is(String type) -> number(types, type);
            case ScopeTest.IsIn(String type, EntityUid uid) -> {
                number(types, type);
                number(named, uid);
            }
        }
    }

    private static <K> void number(Map<K, Integer> numbers, K key) {
        numbers.putIfAbsent(key, numbers.size() + 1);
    }

    Found of(Environment environment) {
        int[] key = key(environment);
        int set = (spread(Arrays.hashCode(key)) & (SETS - 1)) * WAYS;
        for (int i = set; i < set + WAYS; i++) {
            Known known = places.getAcquire(i);
            if (known != null && Arrays.equals(known.key, key)) {
                return known.found;
            }
        }
        return find(environment, key, set);
    }

    private Found find(Environment environment, int[] key, int set) {
        Set<Rule> holding = new LinkedHashSet<>();
        index.visit(
                environment,
                rule -> {
                    if (holds(rule, environment)) {
                        holding.add(rule);
                    }
                });
        Found found = Found.of(holding);
        remember(set, new Known(key, found));
        return found;
    }

    /** In a free place, else in the place of another one, by turns. */
    private void remember(int set, Known fresh) {
        long before = references.getAndAdd(fresh.found.rules.length);
        if (before + fresh.found.rules.length > REFERENCES_MAX) {
            references.addAndGet(-fresh.found.rules.length);
            return;
        }
        int place = set + (int) (before & (WAYS - 1));
        for (int i = set; i < set + WAYS; i++) {
            if (places.getAcquire(i) == null) {
                place = i;
                break;
            }
        }
        Known old = places.getAndSet(place, fresh);
        if (old != null) {
            references.addAndGet(-old.found.rules.length);
        }
    }

    private static boolean holds(Rule rule, Environment environment) {
        var policy = rule.policy().policy();
        return environment.ofResource().satisfies(policy.resource())
                && environment.ofPrincipal().satisfies(policy.principal())
                && environment.ofAction().satisfies(policy.action());
    }

    /** Of each lineage: its type, the entity itself, how many named ancestors it has, and which. */
    private int[] key(Environment environment) {
        Lineage principal = environment.ofPrincipal();
        Lineage action = environment.ofAction();
        Lineage resource = environment.ofResource();
        int[] key = new int[9 + principal.size() + action.size() + resource.size()];
        int next = add(key, 0, principal);
        next = add(key, next, action);
        add(key, next, resource);
        return key;
    }

    private int add(int[] key, int from, Lineage lineage) {
        EntityUid self = lineage.self();
        key[from] = types.isEmpty() ? UNNAMED : types.getOrDefault(self.type(), UNNAMED);
        key[from + 1] = named.getOrDefault(self, UNNAMED);
        int next = from + 3;
        for (int i = 1; i < lineage.size(); i++) {
            int number = named.getOrDefault(lineage.get(i), UNNAMED);
            if (number != UNNAMED) {
                key[next++] = number;
            }
        }
        key[from + 2] = next - from;
        return next;
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9e3779b9;
        return mixed ^ (mixed >>> 16);
    }
}

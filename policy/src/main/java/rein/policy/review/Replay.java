package rein.policy.review;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.vocabulary.Decision;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.Value;

/**
 * Decides recorded requests again.
 *
 * @param decided how many decisions were made again
 * @param allowed how many of them were allowed before
 * @param blocked how many of those would not be any more
 * @param opened how many that were not allowed would be
 * @param changes what would change, the most frequent first; at most {@link #CHANGES_MAX}
 * @param more changes that are not listed
 */
public record Replay(
        long decided, long allowed, long blocked, long opened, List<Change> changes, int more) {
    /** More different changes than this are an edit that nobody reads line by line. */
    public static final int CHANGES_MAX = 200;

    /**
     * Decisions of one agent on one destination that would change alike.
     *
     * @param on what was asked for, for people
     * @param policies that would determine it
     * @param code the first reason's
     */
    public record Change(
            String agent,
            String on,
            Outcome from,
            Outcome to,
            List<String> policies,
            String code,
            long times) {
        public boolean opens() {
            return from != Outcome.ALLOW && to == Outcome.ALLOW;
        }

        public boolean blocks() {
            return from == Outcome.ALLOW && to != Outcome.ALLOW;
        }
    }

    private record Kind(String agent, String on, Outcome from, Outcome to, List<String> policies) {}

    /** What the next texts would change in what the present ones say. */
    public static Replay between(List<Recorded> all, TextSet now, TextSet next) {
        return of(all, recorded -> now.decide(recorded).outcome(), next);
    }

    /** What the texts would change in what was decided then. */
    public static Replay since(List<Recorded> all, TextSet next) {
        return of(all, Recorded::policy, next);
    }

    private interface Before {
        Outcome of(Recorded recorded);
    }

    private static Replay of(List<Recorded> all, Before before, TextSet next) {
        Map<Kind, Change> changes = new LinkedHashMap<>();
        long decided = 0;
        long allowed = 0;
        long blocked = 0;
        long opened = 0;
        for (Recorded recorded : all) {
            Outcome was = before.of(recorded);
            Decision is = next.decide(recorded);
            decided += recorded.times();
            allowed += was == Outcome.ALLOW ? recorded.times() : 0;
            if (was == is.outcome()) {
                continue;
            }
            Change change =
                    new Change(
                            recorded.agent(),
                            on(recorded),
                            was,
                            is.outcome(),
                            is.policies(),
                            is.reasons().isEmpty() ? "" : is.reasons().getFirst().code(),
                            recorded.times());
            blocked += change.blocks() ? change.times() : 0;
            opened += change.opens() ? change.times() : 0;
            changes.merge(
                    new Kind(
                            change.agent(),
                            change.on(),
                            change.from(),
                            change.to(),
                            change.policies()),
                    change,
                    Replay::together);
        }
        List<Change> sorted = new ArrayList<>(changes.values());
        sorted.sort(
                Comparator.comparingLong(Change::times)
                        .reversed()
                        .thenComparing(Change::agent)
                        .thenComparing(Change::on));
        int shown = Math.min(sorted.size(), CHANGES_MAX);
        return new Replay(
                decided,
                allowed,
                blocked,
                opened,
                List.copyOf(sorted.subList(0, shown)),
                sorted.size() - shown);
    }

    private static Change together(Change one, Change other) {
        return new Change(
                one.agent(),
                one.on(),
                one.from(),
                one.to(),
                one.policies(),
                one.code(),
                one.times() + other.times());
    }

    /** {@code host:port (protocol)}, or the action and the resource. */
    static String on(Recorded recorded) {
        Map<String, Value> context = recorded.request().context();
        return context.get("port") instanceof Value.Int(long port)
                        && context.get("protocol") instanceof Value.Text(String protocol)
                ? recorded.request().resource().id() + ":" + port + " (" + protocol + ")"
                : recorded.request().action().id() + " on " + recorded.request().resource();
    }
}

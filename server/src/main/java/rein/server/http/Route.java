package rein.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rein.identity.Caller;
import rein.vocabulary.Action;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * One row of the management API's table: how it is reached, which action it is, on what, and what
 * it does. The policy decision point is asked before {@link #work}; a row without a target cannot
 * be written.
 *
 * @param action what the policy decision point is asked; empty for the few rows that are open to
 *     everybody
 * @param template path with {@code {name}} parts
 * @param body record that the JSON body is read into; {@link NoBody} for none
 * @param result record that is answered
 */
public record Route<B, R>(
        String method,
        String template,
        String summary,
        Optional<Action> action,
        Class<B> body,
        Class<R> result,
        Target<B> target,
        Work<B, R> work) {

    /** A row that is decided. */
    public Route(
            String method,
            String template,
            String summary,
            Action action,
            Class<B> body,
            Class<R> result,
            Target<B> target,
            Work<B, R> work) {
        this(method, template, summary, Optional.of(action), body, result, target, work);
    }

    /** A row that everybody may use: it gives nothing away, or checks a secret itself. */
    public static <B, R> Route<B, R> open(
            String method,
            String template,
            String summary,
            Class<B> body,
            Class<R> result,
            Work<B, R> work) {
        return new Route<>(
                method,
                template,
                summary,
                Optional.empty(),
                body,
                result,
                (_, _) -> On.fleet(),
                work);
    }

    /** What the caller wants to act on, with the entities that a policy may look at. */
    public record On(EntityUid resource, List<Entity> entities) {
        public On {
            entities = List.copyOf(entities);
        }

        /**
         * What the caller owns, for rows that show no more than the caller may see: a person's own
         * things, which for those who may see everything is everything.
         */
        public static On own(Caller caller) {
            return switch (caller) {
                case Caller.Person person -> {
                    EntityUid uid = new EntityUid("Fleet", "of-" + person.name());
                    Map<String, Value> owner =
                            Map.of("owner", new Value.Ref(new EntityUid("Person", person.name())));
                    yield new On(uid, List.of(new Entity(uid, owner, Set.of(), Map.of())));
                }
                case Caller.LocalRoot _, Caller.Nobody _ -> fleet();
            };
        }

        /** The installation as a whole. */
        public static On fleet() {
            return new On(new EntityUid("Fleet", "fleet"), List.of());
        }
    }

    /** Finds the target; may end the request with a problem (404). */
    @FunctionalInterface
    public interface Target<B> {
        On of(Call call, B body);
    }

    /** Does it; the answer becomes the body. */
    @FunctionalInterface
    public interface Work<B, R> {
        R of(Call call, B body) throws Exception;
    }
}

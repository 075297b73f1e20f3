package rein.policy.schema;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** Whether there can be such an entity. */
final class UidCheck {
    private final Schema schema;

    UidCheck(Schema schema) {
        this.schema = schema;
    }

    /** What is wrong with it, as a sentence without the full stop. */
    Optional<String> wrong(EntityUid uid) {
        if (Schema.isActionType(uid.type())) {
            return schema.action(uid).isPresent()
                    ? Optional.empty()
                    : Optional.of("unknown action " + Quoting.literal(uid));
        }
        Optional<Schema.EntityType> type = schema.entityType(uid.type());
        if (type.isEmpty()) {
            String help =
                    Spelling.closest(uid.type(), schema.entityTypes().keySet())
                            .map(word -> "; did you mean " + word + "?")
                            .orElse("");
            return Optional.of("unknown entity type " + Quoting.shown(uid.type()) + help);
        }
        SortedSet<String> ids = new TreeSet<>(type.get().ids());
        return ids.isEmpty() || ids.contains(uid.id())
                ? Optional.empty()
                : Optional.of(
                        "there is no "
                                + uid.type()
                                + " "
                                + Quoting.literal(uid.id())
                                + "; "
                                + Spelling.help(uid.id(), ids));
    }
}

package rein.vocabulary;

/**
 * A Cedar entity's identity, {@code Type::"id"}.
 *
 * @param type path of identifiers, for example {@code Host}
 * @param id any text
 */
public record EntityUid(String type, String id) implements Comparable<EntityUid> {
    public EntityUid {
        if (type.isEmpty()) {
            throw new IllegalArgumentException("an entity needs a type, id '" + id + "'");
        }
    }

    @Override
    public int compareTo(EntityUid other) {
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return type + "::\"" + id + "\"";
    }
}

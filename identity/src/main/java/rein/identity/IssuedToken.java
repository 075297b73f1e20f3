package rein.identity;

/**
 * A new token, the only time that its text exists outside its owner's hands. Show it once; its
 * {@code toString} does not.
 *
 * @param text what the person keeps
 */
public record IssuedToken(StoredToken stored, String text) {
    @Override
    public String toString() {
        return "IssuedToken[id=" + stored.id() + ", person=" + stored.person() + "]";
    }
}

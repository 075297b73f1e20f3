package rein.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list. Paging is by key, not by offset: a page costs the same at any depth, and
 * entries that come or go meanwhile neither repeat nor hide others.
 *
 * @param next give this back to get the next page; empty on the last
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** A page of agents is about 100 KB of JSON. */
    public static final int ITEMS_MAX = 500;

    /** A key is at most 128 characters. */
    private static final int CURSOR_CHARS_MAX = 256;

    public Page {
        items = List.copyOf(items);
    }

    /**
     * The first {@code limit} of {@code limit + 1} that were asked for tell whether there is more.
     */
    static <T> Page<T> of(List<T> found, int limit, Function<T, String> key) {
        if (found.size() <= limit) {
            return new Page<>(found, Optional.empty());
        }
        List<T> items = found.subList(0, limit);
        String cursor =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(key.apply(items.getLast()).getBytes(UTF_8));
        return new Page<>(items, Optional.of(cursor));
    }

    /**
     * The key after which the next page begins.
     *
     * @throws RegistryException REFUSED when no list of ours made this cursor
     */
    static String key(String cursor) throws RegistryException {
        if (cursor.length() <= CURSOR_CHARS_MAX) {
            try {
                return new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
            } catch (IllegalArgumentException e) {
                // Said below, without the decoder's words.
            }
        }
        throw refused("'" + cursor + "' is not a cursor of this list; begin without one.");
    }

    static void checkLimit(int limit) throws RegistryException {
        if (limit < 1 || limit > ITEMS_MAX) {
            throw refused("A page has 1 to " + ITEMS_MAX + " items, not " + limit + ".");
        }
    }

    static RegistryException refused(String message) {
        return new RegistryException(RegistryException.Code.REFUSED, message);
    }
}

package rein.identity;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/** What a token may say about its person, and for how long it may be valid. */
final class TokenRules {
    /** Long enough to finish an installation, short enough not to lie around. */
    static final Duration BOOTSTRAP_VALID = Duration.ofHours(24);

    /** What a bootstrap token is exchanged for is renewed each quarter. */
    static final Duration PERSON_VALID_DEFAULT = Duration.ofDays(90);

    static final Duration PERSON_VALID_MAX = Duration.ofDays(366);

    static final int ROLES_MAX = 16;

    private static final Pattern PERSON = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@+-]{0,127}");
    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private TokenRules() {}

    static boolean isPerson(String name) {
        return PERSON.matcher(name).matches();
    }

    static void check(String person, Set<String> roles, Duration valid) throws IdentityException {
        if (!isPerson(person)) {
            throw refused(
                    "A person's name has letters, digits and . _ @ + - (at most 128); got '"
                            + person
                            + "'.");
        }
        if (roles.size() > ROLES_MAX) {
            throw refused("A token has at most " + ROLES_MAX + " roles, not " + roles.size() + ".");
        }
        for (String role : roles) {
            if (!ROLE.matcher(role).matches()) {
                throw refused(
                        "A role has lower-case letters, digits and - (at most 32); got '"
                                + role
                                + "'.");
            }
        }
        if (valid.isNegative() || valid.isZero() || valid.compareTo(PERSON_VALID_MAX) > 0) {
            throw refused(
                    "A token is valid for at most "
                            + PERSON_VALID_MAX.toDays()
                            + " days, not "
                            + valid
                            + ".");
        }
    }

    private static IdentityException refused(String message) {
        return new IdentityException(IdentityException.Code.REFUSED, message);
    }
}

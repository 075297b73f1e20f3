package rein.registry;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a PostgreSQL is and as whom to speak to it. Its text never holds the password.
 *
 * @param url a JDBC URL, {@code jdbc:postgresql://…}, without user and password
 * @param properties connection properties of pgjdbc
 */
public record DatabaseAddress(
        String url, String user, String password, Map<String, String> properties) {
    private static final String PREFIX = "jdbc:postgresql:";

    public DatabaseAddress {
        properties = Map.copyOf(properties);
        if (!url.startsWith(PREFIX)) {
            throw new IllegalArgumentException("the database URL does not start with " + PREFIX);
        }
        if (url.contains("password=") || url.contains("user=")) {
            throw new IllegalArgumentException(
                    "the database URL holds a user or a password; give them on their own");
        }
    }

    /** A server of the operator's; TLS is set in the URL ({@code sslmode=verify-full}). */
    public static DatabaseAddress external(String url, String user, String password) {
        return new DatabaseAddress(url, user, password, Map.of());
    }

    static DatabaseAddress unixSocket(Path socket, String user, String password) {
        return new DatabaseAddress(
                PREFIX + "//localhost/" + user,
                user,
                password,
                Map.of(
                        "socketFactory",
                        UnixSocketFactory.class.getName(),
                        "socketFactoryArg",
                        socket.toString(),
                        "sslmode",
                        "disable",
                        "gssEncMode",
                        "disable"));
    }

    @Override
    public String toString() {
        return user + " at " + url;
    }
}

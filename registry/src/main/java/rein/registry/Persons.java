package rein.registry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import rein.vocabulary.Tenant;

/** The persons of one tenant: who may own agents. Safe for any thread. */
public final class Persons {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@+-]{0,127}");

    /** A person as the registry knows them. */
    public record Person(Tenant tenant, String name, Instant created) {
        public Person {
            if (!isName(name)) {
                throw new IllegalArgumentException("not a person's name: '" + name + "'");
            }
        }
    }

    private final Tenant tenant;
    private final Sql sql;
    private final InstantSource clock;

    Persons(Tenant tenant, Sql sql, InstantSource clock) {
        this.tenant = tenant;
        this.sql = sql;
        this.clock = clock;
    }

    /** Letters, digits, {@code . _ @ + -}, at most 128. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The person of that name, known from now on if they were not. */
    public Person ensure(String name) throws RegistryException {
        if (!isName(name)) {
            throw Page.refused(
                    "A person's name has letters, digits and . _ @ + - (at most 128); got '"
                            + name
                            + "'.");
        }
        sql.update(
                "INSERT INTO person (tenant, name, created) VALUES (?, ?, ?) ON CONFLICT DO"
                        + " NOTHING",
                List.of(tenant.trustDomain(), name, clock.instant()));
        return find(name).orElseThrow(() -> Page.refused("Person " + name + " is gone again."));
    }

    public Optional<Person> find(String name) throws RegistryException {
        return sql.queryOne(
                "SELECT * FROM person WHERE tenant = ? AND name = ?",
                List.of(tenant.trustDomain(), name),
                this::map);
    }

    /** In the order of their names. */
    public Page<Person> list(Optional<String> cursor, int limit) throws RegistryException {
        Page.checkLimit(limit);
        String after = cursor.isPresent() ? Page.key(cursor.orElseThrow()) : "";
        return Page.of(
                sql.query(
                        "SELECT * FROM person WHERE tenant = ? AND name > ? ORDER BY name LIMIT ?",
                        List.of(tenant.trustDomain(), after, limit + 1),
                        this::map),
                limit,
                Person::name);
    }

    /**
     * Whether at most one person is known: the installation says <em>single-operator</em> then.
     * {@code root} is an account, not one person more.
     */
    public boolean isSingleOperator() throws RegistryException {
        return sql.query(
                                "SELECT name FROM person WHERE tenant = ? AND name <> 'root' LIMIT 2",
                                List.of(tenant.trustDomain()),
                                row -> row.getString("name"))
                        .size()
                < 2;
    }

    private Person map(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Person(tenant, row.getString("name"), Sql.instant(row, "created"));
    }
}

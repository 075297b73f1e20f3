package rein.policy.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import rein.policy.syntax.PolicyException;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/** Entities as JSON, read by a schema. */
class EntityReaderTest {
    private static final String SCHEMA =
            """
            entity Team in [Team] tags Long;
            entity Colour enum ["red"];
            entity User in [Team] = {
              from: ipaddr, score?: decimal, since?: datetime, boss?: User, colours?: Set<Colour>,
              address?: { street: String, number?: Long },
            };
            action all;
            action some in [all] appliesTo { principal: User, resource: Team };
            action one in [some] appliesTo { principal: User, resource: Team };
            """;

    private static String user(String attributes, String parents) {
        return "[{\"uid\": {\"type\": \"User\", \"id\": \"u\"}, \"attrs\": {"
                + attributes
                + "}, \"parents\": ["
                + parents
                + "]}]";
    }

    private static List<Entity> read(String text) throws PolicyException {
        return new EntityReader(Schema.parse("schema", SCHEMA)).read("e", text);
    }

    @Test
    void plainJsonBecomesWhatTheSchemaDeclares() throws PolicyException {
        List<Entity> entities =
                read(
                        user(
                                "\"from\": \"10.0.0.1\", \"score\": {\"fn\": \"decimal\", \"arg\":"
                                        + " \"1.5\"}, \"since\": {\"__extn\": {\"fn\": \"offset\","
                                        + " \"args\": [\"2026-01-01\", \"36h\"]}}, \"boss\":"
                                        + " {\"type\": \"User\", \"id\": \"b\"}, \"colours\":"
                                        + " [{\"__entity\": {\"type\": \"Colour\", \"id\":"
                                        + " \"red\"}}], \"address\": {\"street\": \"x\"}",
                                "{\"type\": \"Team\", \"id\": \"t\"}"));
        Entity user = entities.getLast();
        assertThat(user.attributes())
                .containsEntry("from", new Value.Extension("ip", "10.0.0.1"))
                .containsEntry("score", new Value.Extension("decimal", "1.5"))
                .containsEntry("since", new Value.Extension("datetime", "2026-01-02T12:00:00.000Z"))
                .containsEntry("boss", new Value.Ref(new EntityUid("User", "b")))
                .containsEntry(
                        "colours",
                        new Value.SetOf(Set.of(new Value.Ref(new EntityUid("Colour", "red")))));
        assertThat(user.parents()).containsExactly(new EntityUid("Team", "t"));
    }

    @Test
    void actionsComeFromTheSchema() throws PolicyException {
        EntityUid all = new EntityUid("Action", "all");
        EntityUid some = new EntityUid("Action", "some");
        EntityUid one = new EntityUid("Action", "one");
        List<Entity> actions =
                List.of(
                        new Entity(all, Set.of()),
                        new Entity(one, Set.of(some)),
                        new Entity(some, Set.of(all)));
        assertThat(read("[]")).containsExactlyElementsOf(actions);
        String both =
                "[{\"uid\": {\"type\": \"Action\", \"id\": \"one\"}, \"attrs\": {}, \"parents\":"
                        + " [{\"type\": \"Action\", \"id\": \"some\"}, {\"type\": \"Action\","
                        + " \"id\": \"all\"}]}]";
        assertThat(read(both)).containsExactlyElementsOf(actions);
        assertThatThrownBy(() ->
                        read(
                                "[{\"uid\": {\"type\": \"Action\", \"id\": \"one\"},"
                                        + " \"parents\": []}]"))
                .hasMessage("e:1:2: the action is declared otherwise in the schema");
    }

    /** Attributes, parents, and what a person reads. */
    record Refused(String attributes, String parents, String line) {}

    static final List<Refused> REFUSED =
            List.of(
                    new Refused("", "", "User::\"u\" lacks from (it is required)"),
                    new Refused("\"from\": \"10.0.0\"", "", "expected an IP address or range"),
                    new Refused("\"from\": 1", "", "as an object, found a number"),
                    new Refused(
                            "\"from\": \"::1\", \"frm\": 1", "", "no attribute frm (did you mean"),
                    new Refused(
                            "\"from\": {\"fn\": \"decimal\", \"arg\": \"1.0\"}",
                            "",
                            "expected ipaddr, found decimal"),
                    new Refused(
                            "\"from\": \"::1\", \"boss\": {\"type\": \"Team\", \"id\": \"t\"}",
                            "",
                            "expected a User, found a Team"),
                    new Refused(
                            "\"from\": \"::1\", \"colours\": [{\"type\": \"Colour\", \"id\": \"rad\"}]",
                            "",
                            "there is no Colour \"rad\"; did you mean \"red\"?"),
                    new Refused(
                            "\"from\": \"::1\", \"address\": {\"number\": 1}",
                            "",
                            "the record lacks street"),
                    new Refused(
                            "\"from\": \"::1\", \"address\": {\"street\": \"x\", \"number\": 1.5}",
                            "",
                            "Cedar has no fractions"),
                    new Refused("\"from\": null", "", "found null"),
                    new Refused(
                            "\"from\": \"::1\"",
                            "{\"type\": \"User\", \"id\": \"v\"}",
                            "a User is never in a User"),
                    new Refused(
                            "\"from\": \"::1\"",
                            "{\"type\": \"Taem\", \"id\": \"v\"}",
                            "unknown entity type Taem; did you mean Team?"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void whatTheSchemaDoesNotAllowIsRefused(Refused refused) {
        assertThatThrownBy(() -> read(user(refused.attributes(), refused.parents())))
                .hasMessageStartingWith("e:1:")
                .hasMessageContaining(refused.line());
    }

    @Test
    void anEntityInItselfIsRefusedAndTwoRoadsToOneAncestorAreNot() throws PolicyException {
        assertThat(read(teams("a>b a>c b>d c>d"))).hasSize(3 + 4);
        assertThatThrownBy(() -> read(teams("a>b b>c c>a"))).hasMessageContaining("is in itself");
        assertThatThrownBy(() -> read(teams("a>a"))).hasMessageContaining("is in itself");
    }

    private static String teams(String edges) {
        StringBuilder text = new StringBuilder("[");
        for (String team : List.of("a", "b", "c", "d")) {
            text.append(text.length() > 1 ? ", " : "")
                    .append("{\"uid\": {\"type\": \"Team\", \"id\": \"%s\"}, ".formatted(team))
                    .append("\"tags\": {\"size\": 3}, \"parents\": [");
            String comma = "";
            for (String edge : edges.split(" ", -1)) {
                if (edge.startsWith(team)) {
                    text.append(comma)
                            .append(
                                    "{\"type\": \"Team\", \"id\": \"%s\"}"
                                            .formatted(edge.charAt(2)));
                    comma = ", ";
                }
            }
            text.append("]}");
        }
        return text.append("]").toString();
    }
}

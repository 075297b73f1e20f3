package rein.policy.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import rein.policy.syntax.PolicyException;
import rein.vocabulary.EntityUid;

/** Schemas in both syntaxes: what they mean, and what is said of those that mean nothing. */
class SchemaTextTest {
    /** A schema, and the line that a person reads. */
    record Refused(String text, String line) {}

    static final List<Refused> REFUSED =
            List.of(
                    new Refused("entty A;", "s:1:1: expected `entity`, `action`, `type` or"),
                    new Refused("entty A;", "did you mean `entity`?"),
                    new Refused("entity A", "s:1:9: expected `;` after the entity type, found the"),
                    new Refused("entity A in [B];", "s:1:14: unknown entity type B"),
                    new Refused(
                            "entity User;\nentity A = { u: Usr };",
                            "s:2:17: unknown type Usr (did you mean User?)"),
                    new Refused("entity A;\nentity A;", "s:2:8: a second A"),
                    new Refused("entity in;", "s:1:8: `in` is reserved"),
                    new Refused("entity A = { a: Long, a: Bool };", "a second attribute \"a\""),
                    new Refused("type T = Set<U>; type U = { t: T };", "contains itself"),
                    new Refused("type Long = Bool;", "`Long` cannot name a common type"),
                    new Refused("entity Action;", "Action is the type of actions"),
                    new Refused("action a in [\"b\"];", "unknown action \"b\""),
                    new Refused("action a in b; action b in a;", "is in itself"),
                    new Refused(
                            "action a appliesTo { principal: [], resource: A };", "no principal"),
                    new Refused(
                            "entity A; action a appliesTo { resource: A };", "names no principal"),
                    new Refused(
                            "entity A; action a appliesTo { principal: A, resource: A, context: A };",
                            "s:1:68: unknown type A"),
                    new Refused(
                            "type T = Long; entity A; action a appliesTo { principal: A,"
                                    + " resource: A, context: T };",
                            "must be a record, not Long"),
                    new Refused("entity A; namespace N { entity A; }", "A hides the one"),
                    new Refused("action a; namespace N { action a; }", "\"a\" hides the one"),
                    new Refused("namespace N { } namespace N { }", "a second namespace N"),
                    new Refused("@a @a entity A;", "a second annotation @a"),
                    new Refused("entity A enum [];", "expected the id of an entity in quotes"),
                    new Refused("entity A = { a: Set<Long };", "expected `>`"),
                    new Refused(
                            "type T = " + "Set<".repeat(65) + "Long" + ">".repeat(65) + ";",
                            "nested deeper than 64"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void whatMeansNothingIsRefusedWithItsPlace(Refused refused) {
        assertThatThrownBy(() -> Schema.parse("s", refused.text()))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("s:")
                .hasMessageContaining(refused.line());
    }

    static final List<Refused> REFUSED_JSON =
            List.of(
                    new Refused("[]", "s:1:1: expected an object with a member for each namespace"),
                    new Refused("{\"\": {\"entityTypes\": {}, \"action\": {}}}", "unknown member"),
                    new Refused(
                            "{\"\": {\"entityTypes\": {\"A\": {\"memberOf\": []}}}}",
                            "s:1:41: unknown member \"memberOf\" (one of annotations, memberOfTypes"),
                    new Refused("{\"\": {\"entityTypes\": {\"A B\": {}}}}", "cannot be the name"),
                    new Refused("{\"A-B\": {}}", "\"A-B\" is not a name"),
                    new Refused("{\"\": {}, \"\": {}}", "this is not JSON"),
                    new Refused(
                            "{\"\": {\"actions\": {\"a\": {\"appliesTo\": {\"principalTypes\": []}}}}}",
                            "the member \"resourceTypes\" is missing"),
                    new Refused(
                            "{\"\": {\"commonTypes\": {\"T\": {\"type\": \"Set\"}}}}",
                            "the member \"element\" is missing"),
                    new Refused(
                            "{\"\": {\"commonTypes\": {\"T\": {\"type\": \"Record\", \"attributes\": {},"
                                    + " \"additionalAttributes\": true}}}}",
                            "additionalAttributes is not supported"),
                    new Refused("{\"\": 01}", "this is not JSON"),
                    new Refused("{\"\": {}} x", "this is not JSON"),
                    new Refused("{\"a", "this is not JSON"),
                    new Refused("[".repeat(65), "nested deeper than 64"));

    @ParameterizedTest
    @FieldSource("REFUSED_JSON")
    void whatIsNoSchemaInJsonIsRefusedWithItsPlace(Refused refused) {
        assertThatThrownBy(() -> Schema.parseJson("s", refused.text()))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("s:")
                .hasMessageContaining(refused.line());
    }

    @Test
    void commonTypesThatDoubleEachOtherAreBounded() {
        StringBuilder text = new StringBuilder("type T0 = Long;\n");
        for (int i = 1; i < 40; i++) {
            text.append("type T%d = { a: T%d, b: T%d };\n".formatted(i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> Schema.parse("s", text.toString()))
                .hasMessageContaining("more than 10000 parts");
    }

    @Test
    void namesAreLookedForInTheirNamespaceThenOutsideThenBuiltIn() throws PolicyException {
        Schema schema =
                Schema.parse(
                        "s",
                        """
                        type Name = String;
                        entity Long;
                        namespace N {
                          entity User in Group = {
                            name: Name, age: Long, size: __cedar::Long, seen?: datetime,
                          } tags Set<Other::Thing>;
                          entity Group;
                          action read;
                          action write in [read, Other::Action::"any"] appliesTo {
                            principal: [User, Other::Thing,], resource: Group,
                            context: { ip?: ipaddr },
                          };
                        }
                        namespace Other { entity Thing enum ["a", "b"]; action any; }
                        """);
        Schema.EntityType user = schema.entityType("N::User").orElseThrow();
        assertThat(user.attributes().attributes())
                .containsEntry("name", new Type.Attribute(Type.Text.ANY, true))
                .containsEntry("age", new Type.Attribute(new Type.Ref("Long"), true))
                .containsEntry("size", new Type.Attribute(Type.Int.LONG, true))
                .containsEntry("seen", new Type.Attribute(Type.Extension.DATETIME, false));
        assertThat(user.tags()).hasValue(new Type.SetOf(new Type.Ref("Other::Thing")));
        assertThat(schema.ancestors("N::User")).containsExactly("N::Group");
        assertThat(schema.entityType("Other::Thing").orElseThrow().ids()).containsExactly("a", "b");
        EntityUid write = new EntityUid("N::Action", "write");
        assertThat(schema.isIn(write, new EntityUid("Other::Action", "any"))).isTrue();
        assertThat(schema.isIn(write, new EntityUid("N::Action", "read"))).isTrue();
        assertThat(schema.shapes())
                .extracting(Schema.Shape::principal)
                .containsExactly("N::User", "Other::Thing");
    }

    @Test
    void annotationsOfOursNarrowATypeAndHideAnAttribute() throws PolicyException {
        Schema schema =
                Schema.parse(
                        "s",
                        """
                        entity A = {
                          @words("red green") colour: String,
                          @words("red green") colours: Set<String>,
                          @unserved("nobody counts") count?: Long,
                        };
                        """);
        Type.Struct attributes = schema.entityType("A").orElseThrow().attributes();
        Type colour = new Type.Text(new TreeSet<>(List.of("red", "green")));
        assertThat(attributes.attributes())
                .containsEntry("colour", new Type.Attribute(colour, true))
                .containsEntry("colours", new Type.Attribute(new Type.SetOf(colour), true))
                .doesNotContainKey("count");
        assertThat(attributes.unserved()).containsEntry("count", "nobody counts");
    }

    @Test
    void whatOnlyJsonCanSayIsNotWrittenInTheReadableSyntax() {
        String shape =
                "{\"\": {\"commonTypes\": {\"T\": {\"type\": \"Record\", \"attributes\": {}}},"
                        + " \"entityTypes\": {\"A\": {\"shape\": {\"type\": \"T\"}}}, \"actions\": {}}}";
        assertThatThrownBy(() -> SchemaSyntax.toReadable("s", shape))
                .hasMessageContaining("only JSON can say this");
    }

    @Test
    void whatIsWrittenIsReadable() throws PolicyException {
        String text =
                """
                @doc("a \\"b\\"")
                namespace N {
                  entity User in [Group] = {
                    "two words"?: String,
                    size: Long,
                  } tags String;
                  entity Group;
                  action "read" appliesTo {
                    principal: [User],
                    resource: [Group],
                    context: {},
                  };
                }
                """;
        String json = SchemaSyntax.toJson("s", text);
        assertThat(SchemaSyntax.toReadable("s", json)).isEqualTo(text);
    }
}

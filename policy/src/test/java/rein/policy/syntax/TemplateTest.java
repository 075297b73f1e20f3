package rein.policy.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import rein.vocabulary.EntityUid;

/** Where slots may stand, and what links make of templates. */
class TemplateTest {
    private static final EntityUid ANN = new EntityUid("User", "ann");
    private static final EntityUid DOC = new EntityUid("Doc", "plan");

    /** A head, the slots in it, and the head that a link makes of it. */
    record Accepted(String head, Set<Slot> slots, String linked) {}

    static final List<Accepted> ACCEPTED =
            List.of(
                    new Accepted(
                            "principal == ?principal, action, resource",
                            Set.of(Slot.PRINCIPAL),
                            "principal == User::\"ann\", action, resource"),
                    new Accepted(
                            "principal in ?principal, action, resource == ?resource",
                            Set.of(Slot.PRINCIPAL, Slot.RESOURCE),
                            "principal in User::\"ann\", action, resource == Doc::\"plan\""),
                    new Accepted(
                            "principal is User in ?principal, action == Action::\"read\", resource",
                            Set.of(Slot.PRINCIPAL),
                            "principal is User in User::\"ann\", action == Action::\"read\","
                                    + " resource"),
                    new Accepted(
                            "principal == User::\"bob\", action, resource in ?resource",
                            Set.of(Slot.RESOURCE),
                            "principal == User::\"bob\", action, resource in Doc::\"plan\""),
                    new Accepted(
                            "principal, action, resource is Doc in ?resource",
                            Set.of(Slot.RESOURCE),
                            "principal, action, resource is Doc in Doc::\"plan\""));

    @ParameterizedTest
    @FieldSource("ACCEPTED")
    void aLinkFillsTheSlots(Accepted accepted) throws PolicyException {
        String text = "permit (" + accepted.head() + ") when { true };";
        Template template = PolicyParser.parseDocument("p", text).templates().getFirst();
        assertThat(template.slots()).isEqualTo(accepted.slots());
        assertThat(Printer.template(template)).isEqualTo(text);
        Map<Slot, EntityUid> values = new java.util.EnumMap<>(Slot.class);
        template.slots().forEach(slot -> values.put(slot, slot == Slot.PRINCIPAL ? ANN : DOC));
        Policy policy =
                Linking.link(
                        "p",
                        template,
                        new TemplateLink(new Position(1, 1), "policy0", "new", values));
        assertThat(policy.localId()).isEqualTo("new");
        assertThat(Printer.policy(policy))
                .isEqualTo("permit (" + accepted.linked() + ") when { true };");
    }

    /** A text, and the line that a person reads. */
    record Refused(String text, String line) {}

    static final List<Refused> REFUSED =
            List.of(
                    new Refused(
                            "permit (principal == ?resource, action, resource);",
                            "p:1:22: `?resource` cannot stand here (write ?principal)"),
                    new Refused(
                            "permit (principal, action, resource in ?principal);",
                            "p:1:40: `?principal` cannot stand here (write ?resource)"),
                    new Refused(
                            "permit (principal, action == ?action, resource);",
                            "p:1:30: the action cannot be a slot (only the principal and the"
                                    + " resource can; name the action)"),
                    new Refused(
                            "permit (principal is ?principal, action, resource);",
                            "p:1:22: expected an entity type, found `?principal`"),
                    new Refused(
                            "permit (?principal, action, resource);",
                            "p:1:9: expected `principal` as the first part of the head, found"
                                    + " `?principal` (did you mean `principal`?)"),
                    new Refused(
                            "permit (principal == ?principal, action, resource) when"
                                    + " { ?principal == principal };",
                            "p:1:59: a slot stands only in the head of a template"),
                    new Refused(
                            "permit (principal == ?who, action, resource);",
                            "p:1:22: `?who` cannot stand here (write ?principal)"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void slotsElsewhereAreRefused(Refused refused) {
        assertThatThrownBy(() -> PolicyParser.parseDocument("p", refused.text()))
                .isInstanceOf(PolicyException.class)
                .hasMessage(refused.line());
    }

    @Test
    void theOrderOfTheTextNumbersPoliciesAndTemplatesTogether() throws PolicyException {
        PolicyDocument document =
                PolicyParser.parseDocument(
                        "p",
                        """
                        permit (principal == ?principal, action, resource);
                        permit (principal, action, resource);
                        permit (principal, action, resource in ?resource);
                        """);
        assertThat(document.policies()).extracting(Policy::localId).containsExactly("policy1");
        assertThat(document.templates())
                .extracting(Template::localId)
                .containsExactly("policy0", "policy2");
        assertThat(document.size()).isEqualTo(3);
    }

    @Test
    void aLinkNamesEachSlotOnceAndNoOther() throws PolicyException {
        PolicyDocument document =
                PolicyParser.parseDocument(
                        "p",
                        "@id(\"t\") permit (principal == ?principal, action, resource);\n"
                                + "@id(\"s\") permit (principal, action, resource);");
        assertRefused(
                document,
                new TemplateLink(new Position(3, 4), "t", "n", Map.of()),
                "p:3:4: the link \"n\" is refused: no value for ?principal of the template \"t\""
                        + " (name an entity for it)");
        assertRefused(
                document,
                link("t", "n", Map.of(Slot.PRINCIPAL, ANN, Slot.RESOURCE, DOC)),
                "p:1:1: the link \"n\" is refused: there is no ?resource of the template \"t\""
                        + " (leave it out)");
        assertRefused(
                document,
                link("s", "n", Map.of()),
                "p:1:1: the link \"n\" is refused: there is no template \"s\" (one of t)");
        assertRefused(
                document,
                link("t", "s", Map.of(Slot.PRINCIPAL, ANN)),
                "p:1:1: the link \"s\" is refused: a second policy with the id \"s\" (ids are"
                        + " unique in a text)");
        assertRefused(
                document,
                link("t", "t", Map.of(Slot.PRINCIPAL, ANN)),
                "p:1:1: the link \"t\" is refused: a second policy with the id \"t\" (ids are"
                        + " unique in a text)");
    }

    private static TemplateLink link(String template, String id, Map<Slot, EntityUid> values) {
        return new TemplateLink(new Position(1, 1), template, id, values);
    }

    private static void assertRefused(PolicyDocument document, TemplateLink link, String line) {
        PolicyDocument linked =
                new PolicyDocument(document.policies(), document.templates(), List.of(link));
        assertThatThrownBy(() -> Linking.policies("p", linked))
                .isInstanceOf(PolicyException.class)
                .hasMessage(line);
    }
}

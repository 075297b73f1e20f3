package rein.policy.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import rein.policy.Corpora;
import rein.policy.CorpusFiles;
import rein.policy.Packs;
import rein.policy.engine.PolicyGenerator;
import rein.policy.json.PolicyJson;
import rein.policy.syntax.Lexed;
import rein.policy.syntax.Lexer;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.policy.syntax.Token;
import rein.vocabulary.PolicyText;

/** The layout of policies: how it looks, and that it never changes more than blanks. */
class PolicyFormatTest {
    @Test
    void aPolicyIsLaidOut() throws PolicyException {
        String text =
                """
                // What this file is for.


                // About the first.
                @id("first")@reason("because")
                permit(principal is Agent,action==Action::"network:connect",resource in HostGroup::"package-registries"
                ) // behind the head
                when{context.named&&["tls","http"].contains(context.protocol)};
                forbid ( principal , action , resource ) when { context.a == 1 // one
                && context.b == 2 } unless
                  // above the brace
                  { if context.c then -1 < 2 else {"a b":1,c:[1,2]}["a b"] == 1 };
                @id("actions") permit (principal in Role::"operator", action in [Action::"registry:read", Action::"registry:write", Action::"policy:write", Action::"stop:order"], resource);
                permit (principal, action, resource) when { context.named && (context.protocol == "tls" || (context.protocol == "http" && context has method && ["GET", "HEAD"].contains(context.method))) };
                // The end.
                """;
        String laid =
                """
                // What this file is for.

                // About the first.
                @id("first")
                @reason("because")
                permit (
                  principal is Agent,
                  action == Action::"network:connect",
                  resource in HostGroup::"package-registries"
                ) // behind the head
                when { context.named && ["tls", "http"].contains(context.protocol) };

                forbid (principal, action, resource)
                when
                {
                  context.a == 1 // one
                  &&
                  context.b == 2
                }
                unless
                // above the brace
                {
                  if context.c then -1 < 2 else {"a b": 1, c: [1, 2]}["a b"] == 1
                };

                @id("actions")
                permit (
                  principal in Role::"operator",
                  action in
                    [Action::"registry:read",
                     Action::"registry:write",
                     Action::"policy:write",
                     Action::"stop:order"],
                  resource
                );

                permit (principal, action, resource)
                when
                {
                  context.named &&
                  (context.protocol == "tls" ||
                   (context.protocol == "http" &&
                    context has method &&
                    ["GET", "HEAD"].contains(context.method)))
                };
                // The end.
                """;
        assertThat(PolicyFormat.cedar("p", text)).isEqualTo(laid);
    }

    @Test
    void nothingButCommentsOrNothingStays() throws PolicyException {
        assertThat(PolicyFormat.cedar("p", "")).isEmpty();
        assertThat(PolicyFormat.cedar("p", "\n // a\n\n\n// b")).isEqualTo("// a\n\n// b\n");
    }

    @Test
    void whatDoesNotParseIsNotFormatted() {
        assertThatThrownBy(() -> PolicyFormat.cedar("p", "permit (principal, action)"))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("p:1:26:");
    }

    @Test
    void theProductsOwnPoliciesKeepTheirMeaning() throws PolicyException {
        List<String> wrong = new ArrayList<>();
        for (PolicyText pack : Packs.all()) {
            check(pack.name(), pack.text(), wrong);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void jsonBecomesCedarAndCedarBecomesJson() throws PolicyException {
        String json =
                """
                {"templates": {"t": {"effect": "permit",
                  "principal": {"op": "==", "slot": "?principal"}, "action": {"op": "All"},
                  "resource": {"op": "All"}, "conditions": []}},
                 "templateLinks": [{"templateId": "t", "newId": "ann's",
                   "values": {"?principal": {"type": "User", "id": "ann"}}}]}
                """;
        assertThat(PolicyFormat.cedar("p", json))
                .isEqualTo(
                        """
                        @id("ann's")
                        permit (principal == User::"ann", action, resource);

                        @id("t")
                        permit (principal == ?principal, action, resource);
                        """);
        assertThat(PolicyFormat.json("p", PolicyFormat.json("p", json)))
                .isEqualTo(PolicyFormat.json("p", json));
        assertThat(PolicyFormat.json("p", "@id(\"x\") permit (principal, action, resource);"))
                .contains("\"x\" : {");
    }

    @Test
    void generatedTextsWithCommentsAnywhereKeepTheirMeaning() throws PolicyException {
        List<String> wrong = new ArrayList<>();
        for (long seed = 0; seed < 500; seed++) {
            String text = new PolicyGenerator(seed).policies(4);
            check("seed " + seed, text, wrong);
            check("commented " + seed, commented(text, seed), wrong);
        }
        assertThat(wrong).isEmpty();
    }

    /** Comments behind some tokens and on lines of their own between others. */
    private static String commented(String text, long seed) throws PolicyException {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder out = new StringBuilder();
        for (Token token : Lexer.tokens("p", text)) {
            out.append(token.kind() == Token.Kind.STRING ? '"' + token.text() + '"' : token.text());
            out.append(
                    switch (random.nextInt(12)) {
                        case 0 -> " // behind\n";
                        case 1 -> "\n// alone\n";
                        case 2 -> "\n\n  //\n // two\n\n";
                        default -> " ";
                    });
        }
        return out.toString();
    }

    @Test
    void theWholeCorpusKeepsItsMeaning() throws IOException {
        Optional<Path> corpus = Corpora.find(CorpusFiles.TESTS);
        Assumptions.assumeTrue(
                corpus.isPresent(),
                "missing facility: the Cedar corpus " + CorpusFiles.TESTS + " under REIN_CORPORA");
        List<String> wrong = new ArrayList<>();
        int[] texts = {0};
        CorpusFiles.visit(
                corpus.get(),
                (stem, parts) -> {
                    texts[0]++;
                    byte[] bytes = parts.getOrDefault(".cedar", new byte[0]);
                    try {
                        check(stem, new String(bytes, StandardCharsets.UTF_8), wrong);
                    } catch (PolicyException e) {
                        wrong.add(stem + ": " + e.getMessage());
                    }
                });
        assertThat(wrong).isEmpty();
        assertThat(texts[0]).isEqualTo(CorpusFiles.COUNT);
    }

    /** Same tokens and comments, same policies, and nothing changes the second time. */
    private static void check(String name, String text, List<String> wrong) throws PolicyException {
        String once = PolicyFormat.cedar(name, text);
        if (!PolicyFormat.cedar(name, once).equals(once)) {
            wrong.add(name + " is formatted differently again:\n" + once);
        }
        if (!shape(name, once).equals(shape(name, text))) {
            wrong.add(name + " has other tokens or comments:\n" + text + "\n" + once);
        }
        String before = PolicyJson.write(PolicyParser.parseDocument(name, text));
        String after = PolicyJson.write(PolicyParser.parseDocument(name, once));
        if (!before.equals(after)) {
            wrong.add(name + " means something else:\n" + text + "\n" + once);
        }
    }

    private static List<String> shape(String name, String text) throws PolicyException {
        Lexed lexed = Lexer.lex(name, text);
        List<String> shape = new ArrayList<>();
        lexed.tokens().forEach(token -> shape.add(token.kind() + token.text()));
        lexed.comments().forEach(comment -> shape.add(comment.before() + comment.text()));
        return shape;
    }
}

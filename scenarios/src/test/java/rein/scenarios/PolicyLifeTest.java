package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import rein.server.api.PolicyApi;
import rein.server.api.RecordView;
import rein.server.http.Json;

/**
 * The life of a policy set as {@code docs/operate/policies.md} tells it: asked why, suggested,
 * tested, tried, enforced while connections are open, and taken back by two people. The first tests
 * are those of a single operator.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PolicyLifeTest {
    private final Running node = Running.prepare();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        Facilities.program("curl");
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(node.work().resolve(name), text);
    }

    private Binary.Done policy(String... arguments) {
        List<String> all = new ArrayList<>(List.of("policy"));
        all.addAll(List.of(arguments));
        return node.rein(all.toArray(String[]::new));
    }

    /** As a person with a token, over TCP. */
    private Binary.Done as(String token, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", "http://127.0.0.1:" + node.port(), "--token", token));
        return policy(all.toArray(String[]::new));
    }

    private String curl(String agent, String pack, String authority) {
        return node.run(
                        List.of("--agent", agent, "--policy", pack),
                        "curl -s -o /dev/null -w '%{http_code}' -m 10 http://" + authority + "/")
                .out();
    }

    private RecordView decision(String agent, String outcome) {
        return node.records("kind=decision&agent=" + agent + "&decision=" + outcome).getFirst();
    }

    @Test
    @Order(1)
    void aDenialSaysWhyAndWhatWouldAlterIt() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress())) {
            assertThat(curl("asker", "coding", upstream.authority())).isEqualTo("403");
            assertThat(node.rein("activity", "--agent", "asker", "--decision", "deny").ok().out())
                    .contains(upstream.authority());
            RecordView denied = decision("asker", "deny");
            String said = policy("why", denied.id(), "--reason", "the build fails").ok().out();
            assertThat(said)
                    .startsWith("deny: asker to " + upstream.authority() + " (http) at ")
                    .contains("no policy permits it; the nearest:")
                    .contains("permit coding#package-registries, line ")
                    .contains("[context.protocol is \"http\"]")
                    .contains(
                            "allow if a policy had the line: permit (principal == Agent::\"asker\","
                                    + " action == Action::\"network:connect\", resource == Host::\""
                                    + upstream.host());
            assertThat(node.records("kind=content-read").getFirst().detail())
                    .containsEntry("purpose", "why " + denied.id());

            // The door itself refuses HTTP/2 without TLS: policy is not asked.
            node.run(
                    List.of("--agent", "asker"),
                    "curl -s --noproxy '*' --http2-prior-knowledge -m 10 http://"
                            + upstream.authority()
                            + "/");
            assertThat(policy("why", decision("asker", "deny").id()).exits(2).out())
                    .contains("not replayable: decided without policy: http2-cleartext");
            assertThat(policy("replay").ok().out())
                    .contains("not replayable: 1 decided without policy: http2-cleartext");
        }
    }

    @Test
    @Order(2)
    void whatARunWasSeenToDoIsSuggestedProvedAndEnough() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Upstream other = new Upstream(Facilities.ownAddress())) {
            Path grant = file("seen.cedar", upstream.grant());
            node.run(
                            List.of("--agent", "learner", "--learn", "--policy", grant.toString()),
                            "curl -s -o /dev/null http://%s/; curl -s -o /dev/null http://%s/"
                                    .formatted(upstream.authority(), other.authority()))
                    .ok();
            String run = node.newest("learner").orElseThrow().shortId();
            Binary.Done suggested = policy("suggest", "--run", run).ok();
            assertThat(suggested.err())
                    .contains("permits 1 of 1 different requests that passed; refuses 1 of 1");
            assertThat(suggested.out())
                    .contains("Host::\"" + upstream.host() + "\"", "[\"GET\"]")
                    .doesNotContain(String.valueOf(other.port()));

            Path set = file("learner.cedar", suggested.out());
            policy("check", set.toString()).ok();
            assertThat(curl("learner", "locked", upstream.authority())).isEqualTo("403");
            String put =
                    policy(
                                    "put",
                                    set.toString(),
                                    "--scope",
                                    "agent:learner",
                                    "--mode",
                                    "enforce",
                                    "--reason",
                                    "what it was seen to do")
                            .ok()
                            .out();
            assertThat(put)
                    .contains("weakens: added permit seen-1 (line 1)")
                    .contains("agent:learner@1 is in the state enforce.")
                    .contains("in force from snapshot 2")
                    .contains("Single operator");
            assertThat(curl("learner", "locked", upstream.authority())).isEqualTo("200");
            assertThat(curl("learner", "locked", other.authority())).isEqualTo("403");
            assertThat(policy("why", decision("learner", "allow").id()).ok().out())
                    .contains(
                            "determined by permit agent:learner@1#seen-1, line 1 of agent:learner@1");
            assertThat(policy("reach", "--agent", "learner").ok().out())
                    .contains(upstream.host(), "agent:learner@1#seen-1");
            assertThat(policy("reach", "--host", upstream.host()).ok().out())
                    .contains("learner")
                    .doesNotContain("asker ");
        }
    }

    @Test
    @Order(3)
    void whatIsWrongOrFailsItsTestsChangesNothing() throws IOException {
        Path wrong =
                file(
                        "wrong.cedar",
                        "forbid (principal, action, resource)\nwhen { context.prot == 1 };\n");
        assertThat(policy("check", wrong.toString()).exits(1).out()).startsWith("wrong.cedar:2:");
        assertThat(
                        policy("put", wrong.toString(), "--scope", "fleet", "--reason", "x")
                                .exits(1)
                                .err())
                .contains("fleet:2:");
        Path set =
                file(
                        "fleet.cedar",
                        "@id(\"no-ftp\") forbid (principal, action == Action::\"network:connect\", resource) when { context.protocol == \"ftp\" };\n");
        Path tests =
                file(
                        "fleet.json",
                        """
                        [
                          {"name": "FTP is over", "host": "files.test", "port": 21, "protocol": "ftp",
                           "expect": "deny", "policies": ["no-ftp"]},
                          {"name": "mirrors stay", "pack": "locked", "host": "m.test", "groups": ["mirrors"],
                           "expect": "deny"}
                        ]
                        """);
        String fails = "mirrors stay: expected deny, got allow by locked#mirrors.";
        assertThat(policy("test", set.toString(), "--tests", tests.toString()).exits(1).out())
                .contains("FAIL " + fails, "1 of 2 tests pass.");
        assertThat(
                        policy(
                                        "put",
                                        set.toString(),
                                        "--scope",
                                        "fleet",
                                        "--tests",
                                        tests.toString(),
                                        "--mode",
                                        "shadow",
                                        "--reason",
                                        "no FTP")
                                .exits(1)
                                .err())
                .contains("1 of 2 tests fail, so nothing is changed.", fails);
        assertThat(policy("list", "--scope", "fleet").ok().out()).doesNotContain("fleet@");
        assertThat(policy("list").ok().out()).contains("coding", "agent:learner@1");
        // As a draft it may be kept; it cannot be brought further.
        policy(
                        "put",
                        set.toString(),
                        "--scope",
                        "fleet",
                        "--tests",
                        tests.toString(),
                        "--reason",
                        "no FTP")
                .ok();
        assertThat(
                        policy("activate", "fleet@1", "--mode", "shadow", "--reason", "try")
                                .exits(1)
                                .err())
                .contains("tests fail");
        Path lock =
                file(
                        "lock.cedar",
                        "forbid (principal, action == Action::\"policy:write\", resource);\n");
        assertThat(
                        policy(
                                        "put",
                                        lock.toString(),
                                        "--scope",
                                        "fleet",
                                        "--mode",
                                        "enforce",
                                        "--reason",
                                        "x")
                                .exits(1)
                                .err())
                .contains("no operator could do policy:write");
    }

    @Test
    @Order(4)
    void aSetIsTriedThenEnforcedWhileConnectionsAreOpen() throws IOException {
        try (Upstream upstream = new Upstream(Facilities.ownAddress());
                Contained run =
                        Contained.start(
                                node,
                                "streamer",
                                List.of(
                                        "--policy",
                                        file("streamer.cedar", upstream.grant()).toString()),
                                "echo ready; curl -s -o /dev/null http://%s/endless; echo cut; sleep 60"
                                        .formatted(upstream.authority()))) {
            Await.until("it streams", () -> upstream.endless() == 1);
            String forbid =
                    "@id(\"not-there\")\nforbid (principal, action == Action::\"network:connect\", resource == Host::\"%s\")\nwhen { context.port == %d };\n"
                            .formatted(upstream.host(), upstream.port());
            Path set = file("forbid.cedar", forbid);
            Path tests =
                    file(
                            "forbid.json",
                            "[{\"name\":\"closed\",\"host\":\"%s\",\"port\":%d,\"protocol\":\"http\",\"expect\":\"deny\",\"policies\":[\"not-there\"]}]"
                                    .formatted(upstream.host(), upstream.port()));
            String draft =
                    policy(
                                    "put",
                                    set.toString(),
                                    "--scope",
                                    "fleet",
                                    "--tests",
                                    tests.toString(),
                                    "--reason",
                                    "closed at night")
                            .ok()
                            .out();
            assertThat(draft)
                    .contains("1 of 1 tests pass.")
                    .contains("streamer  " + upstream.authority() + " (http)  allow → deny")
                    .contains("is in the state draft.");
            String name =
                    draft.lines()
                            .filter(line -> line.endsWith("draft."))
                            .findFirst()
                            .orElseThrow()
                            .replaceFirst(" .*", "");
            policy("activate", name, "--mode", "shadow", "--reason", "try it").ok();
            assertThat(upstream.endless()).isEqualTo(1);
            assertThat(policy("replay", "--since", "7d").exits(1).out())
                    .contains(name + ", if it were enforced, would have blocked ");
            policy("activate", name, "--mode", "warn", "--reason", "tell them first").ok();
            try (Pty pty =
                    Pty.start(
                            node.work(),
                            node.environment(),
                            "$REIN run --agent sitting --policy %s -- bash -c 'curl -s http://%s/; sleep 1'"
                                    .formatted(
                                            file("sitting.cedar", upstream.grant()),
                                            upstream.authority()))) {
                assertThat(pty.ended())
                        .contains("warning: ", "is allowed, and will be denied", "#not-there");
            }
            String enforced =
                    policy("activate", name, "--reason", "nothing else was blocked").ok().out();
            assertThat(enforced).contains("open connections cut: 1");
            Await.until("the stream is cut", () -> run.out().contains("cut"));
            Await.until("upstream sees it", () -> upstream.endless() == 0);
            PolicyApi.SetView[] all =
                    node.api().get("/v1/policies?scope=fleet", PolicyApi.SetView[].class);
            assertThat(all).filteredOn(v -> v.state().equals("enforce")).hasSize(1);
            assertThat(all)
                    .filteredOn(v -> v.name().equals(name))
                    .allMatch(v -> !v.signature().isEmpty());
            assertThat(
                            node.records("kind=policy-changed").stream()
                                    .map(r -> r.detail().get("change")))
                    .contains("saved", "shadow", "enforce", "in-force");
            assertThat(passing(upstream).out()).isEqualTo("403");
            assertThat(policy("why", decision("late", "deny").id()).ok().out())
                    .contains("determined by forbid " + name + "#not-there, line 1 of " + name)
                    .contains("[context.port is " + upstream.port() + "]")
                    .contains("allow if the policy " + name + "#not-there (line 1) were not there");
            node.rein("stop", "--agent", "streamer", "--kill").ok();
        }
    }

    /** Another run, which its own policy lets through. */
    private Binary.Done passing(Upstream upstream) throws IOException {
        return node.run(
                List.of(
                        "--agent",
                        "late",
                        "--policy",
                        file("late.cedar", upstream.grant()).toString()),
                "curl -s -o /dev/null -w '%{http_code}' -m 10 http://"
                        + upstream.authority()
                        + "/");
    }

    @Test
    @Order(5)
    void whatWeakensTheFleetTakesTwoPeople() throws IOException {
        String alice = token("alice");
        String bob = token("bob");
        String name =
                List.of(node.api().get("/v1/policies?scope=fleet", PolicyApi.SetView[].class))
                        .stream()
                        .filter(view -> view.state().equals("enforce"))
                        .findFirst()
                        .orElseThrow()
                        .name();
        Binary.Done first = as(alice, "retire", name, "--reason", "open again");
        assertThat(first.exits(1).out())
                .contains("weakens: removed forbid not-there (line 1)")
                .contains("takes a second person. Somebody else types: rein policy retire " + name);
        assertThat(as(alice, "retire", name, "--reason", "open again").exits(1).err())
                .contains("alice proposed this, and alice is not certainly somebody else");
        assertThat(policy("list", "--scope", "fleet").ok().out())
                .contains("enforce (retired asked by alice)");
        String done = as(bob, "retire", name, "--reason", "yes", "--json").ok().out();
        PolicyApi.Outcome outcome = Json.MAPPER.readValue(done, PolicyApi.Outcome.class);
        assertThat(outcome.receipt().orElseThrow().by()).isEqualTo("alice and bob");
        assertThat(outcome.receipt().orElseThrow().signature()).isNotEmpty();
        assertThat(outcome.set().state()).isEqualTo("retired");

        // A version is taken back the same way; forbids come back with one person.
        assertThat(as(bob, "activate", name, "--reason", "closed after all").ok().out())
                .contains(name + " is in the state enforce.");
        assertThat(
                        policy("diff", name, file("none.cedar", "// nothing\n").toString())
                                .exits(1)
                                .out())
                .contains("weakens  not-there: removed forbid (line 1)");
    }

    private String token(String person) {
        return node.rein("token", "create", "--person", person, "--role", "operator")
                .ok()
                .out()
                .strip();
    }

    @Test
    @Order(6)
    void setsOutliveARestart() throws IOException {
        node.down();
        node.up();
        assertThat(policy("list").ok().out()).contains("agent:learner@1", "fleet@");
        assertThat(policy("show", "agent:learner@1").ok().out()).contains("seen-1");
        Path fleet = node.work().resolve("fleet.cedar");
        String laid = policy("fmt", fleet.toString()).ok().out();
        assertThat(laid).contains("forbid (");
        policy("fmt", "--write", fleet.toString()).ok();
        assertThat(fleet).hasContent(laid);
        assertThat(policy("schema").ok().out()).contains("action \"network:connect\"");
        assertThat(policy("schema", "--json").ok().out()).contains("\"network:connect\"");
    }
}

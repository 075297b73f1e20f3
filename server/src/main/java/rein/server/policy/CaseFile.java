package rein.server.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import rein.policy.ReinSchema;
import rein.policy.review.NewRun;
import rein.policy.review.PolicyCase;
import rein.policy.schema.RequestReader;
import rein.policy.syntax.PolicyException;
import rein.server.http.Json;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Decision.Outcome;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Level;
import rein.vocabulary.Request;
import rein.vocabulary.Run;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Tenant;
import rein.vocabulary.Value;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Test cases of a policy set: a JSON array of objects. {@code name}, {@code host}, {@code port},
 * {@code protocol} and {@code expect} say most; what is left out is what a run of the pack {@code
 * coding} would send.
 */
public final class CaseFile {
    private static final Set<String> MEMBERS =
            Set.of(
                    "name",
                    "agent",
                    "blueprint",
                    "owner",
                    "pack",
                    "action",
                    "host",
                    "groups",
                    "port",
                    "protocol",
                    "context",
                    "request",
                    "expect",
                    "policies");

    private CaseFile() {}

    /**
     * Reads the cases; an empty text has none.
     *
     * @throws IllegalArgumentException in a sentence that names the case
     */
    public static List<PolicyCase> read(Tenant tenant, String json) {
        if (json.isBlank()) {
            return List.of();
        }
        JsonNode all;
        try {
            all = Json.MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "The tests are not JSON: " + e.getOriginalMessage(), e);
        }
        if (!all.isArray()) {
            throw new IllegalArgumentException("The tests are a JSON array of cases.");
        }
        if (all.size() > PolicyCase.CASES_MAX) {
            throw new IllegalArgumentException(
                    "A set has at most " + PolicyCase.CASES_MAX + " tests.");
        }
        List<PolicyCase> cases = new ArrayList<>();
        for (JsonNode each : all) {
            String name = each.path("name").asString("test " + (cases.size() + 1));
            try {
                cases.add(one(tenant, name, each));
            } catch (IllegalArgumentException | JacksonException e) {
                throw new IllegalArgumentException(
                        "Test '" + name + "': " + String.valueOf(e.getMessage()), e);
            }
        }
        return cases;
    }

    private static PolicyCase one(Tenant tenant, String name, JsonNode node) {
        for (String member : node.propertyNames()) {
            if (!MEMBERS.contains(member)) {
                throw new IllegalArgumentException("a case has no member '" + member + "'");
            }
        }
        Outcome expected =
                switch (node.path("expect").asString("")) {
                    case "allow" -> Outcome.ALLOW;
                    case "deny" -> Outcome.DENY;
                    case "require-approval" -> Outcome.REQUIRE_APPROVAL;
                    default ->
                            throw new IllegalArgumentException(
                                    "expect is allow, deny or require-approval");
                };
        List<String> policies = new ArrayList<>();
        node.path("policies").forEach(each -> policies.add(each.stringValue()));
        Request request = node.has("request") ? whole(name, node.path("request")) : connect(node);
        ReinSchema.wrong(request)
                .ifPresent(wrong -> {
                    throw new IllegalArgumentException("no door asks this: " + wrong + ".");
                });
        String pack = node.path("pack").asString("coding");
        Agent agent =
                new Agent(
                        tenant,
                        new UUID(0, 0),
                        request.principal().type().equals("Agent")
                                ? request.principal().id()
                                : "nobody",
                        node.path("blueprint").asString(pack),
                        node.path("owner").asString("nobody"),
                        List.of(),
                        Agent.State.ACTIVE,
                        java.util.Optional.empty());
        Run run =
                new Run(
                        new UUID(0, 0),
                        java.util.Optional.empty(),
                        agent,
                        "test",
                        Level.CONTAINED,
                        new TreeMap<>(),
                        java.time.Instant.EPOCH);
        RunFacts facts = new RunFacts(run, pack, List.of(), Set.of(), Map.of());
        return new PolicyCase(name, request, facts, expected, policies);
    }

    private static Request whole(String name, JsonNode node) {
        try {
            RequestReader.Checked read =
                    ReinSchema.read(name, Json.MAPPER.writeValueAsString(node));
            return new Request(
                    read.principal(),
                    new Action(read.action().id()),
                    read.resource(),
                    read.context(),
                    read.entities());
        } catch (PolicyException e) {
            throw new IllegalArgumentException(e.problem().message() + ".", e);
        }
    }

    private static Request connect(JsonNode node) {
        if (!node.has("host")) {
            throw new IllegalArgumentException("a case has a host, or a whole request");
        }
        String host = node.path("host").stringValue();
        String agent = node.path("agent").asString("test-agent");
        String blueprint = node.path("blueprint").asString(node.path("pack").asString("coding"));
        EntityUid principal = new EntityUid("Agent", agent);
        EntityUid kind = new EntityUid("Blueprint", blueprint);
        EntityUid resource = new EntityUid("Host", host);
        List<EntityUid> groups = new ArrayList<>();
        node.path("groups")
                .forEach(each -> groups.add(new EntityUid("HostGroup", each.stringValue())));
        Map<String, Value> context = new HashMap<>();
        context.put("host", Value.of(host));
        context.put("port", Value.of(node.path("port").asLong(443)));
        context.put("protocol", Value.of(node.path("protocol").asString("tls")));
        context.put("route", Value.of("transparent"));
        context.put(NewRun.MEMBER, NewRun.facts());
        context.put("named", Value.of(!Hosts.isAddress(host)));
        context.putAll(AskedText.context(node.path("context")));
        return new Request(
                principal,
                new Action(node.path("action").asString(Action.NETWORK_CONNECT.id())),
                resource,
                context,
                List.of(
                        new Entity(
                                principal,
                                Map.of(
                                        "owner",
                                        new Value.Ref(
                                                new EntityUid(
                                                        "Person",
                                                        node.path("owner").asString("nobody")))),
                                Set.of(kind),
                                Map.of()),
                        new Entity(kind, Set.of()),
                        new Entity(resource, Set.copyOf(groups))));
    }
}

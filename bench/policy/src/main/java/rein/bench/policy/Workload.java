package rein.bench.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import rein.vocabulary.Action;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/**
 * Policies, 20 entities and 64 requests from a seed. A fifth of the policies each: group to host
 * group by port and name; agent to host unless spoken wrongly; host group forbidden by name or port;
 * the owner's agents by a pattern of names; group and host forbidden without an address class. Said
 * in the product's own words, so that the public decision point accepts them.
 *
 * @param texts the policies, a thousand to a text
 */
public record Workload(List<PolicyText> texts, List<Entity> entities, List<Request> requests) {
    private static final int TEXT_POLICIES = 1_000;
    private static final int REQUESTS = 64;
    private static final int AGENTS = 5;
    private static final int GROUPS = 3;
    private static final int HOSTS = 8;
    private static final String ACTION = "action == Action::\"network:connect\"";
    private static final List<String> PROTOCOLS = List.of("tls", "http", "ssh", "smtp");

    /**
     * The workload.
     *
     * @param unscopedPercent how many of the policies name neither principal nor resource: a fifth
     *     of all in the mix of 20, every hundredth in the mix of 1
     */
    public static Workload of(int policies, int unscopedPercent) {
        SplittableRandom random = new SplittableRandom(policies);
        List<PolicyText> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int every = 100 / unscopedPercent;
        for (int i = 0; i < policies; i++) {
            // The kind is i % 5, and one of each hundred (or of each five) is unscoped.
            boolean unscoped = i % every == 3;
            text.append("@id(\"p").append(i).append("\")\n");
            text.append(policy(i % 5, unscoped, random)).append('\n');
            if ((i + 1) % TEXT_POLICIES == 0 || i + 1 == policies) {
                String name = "bench" + texts.size();
                texts.add(new PolicyText(name, new PolicyText.Scope.Fleet(), text.toString()));
                text.setLength(0);
            }
        }
        return new Workload(List.copyOf(texts), slice(), asked(random));
    }

    private static String policy(int kind, boolean unscoped, SplittableRandom random) {
        String agent = "Agent::\"a" + random.nextInt(AGENTS) + "\"";
        String blueprint = "Blueprint::\"b" + random.nextInt(GROUPS) + "\"";
        String host = "Host::\"" + host(random.nextInt(HOSTS)) + "\"";
        String group = "HostGroup::\"g" + random.nextInt(GROUPS) + "\"";
        int number = random.nextInt(1_000);
        return switch (kind) {
            case 0 ->
                    head("permit", "principal in " + blueprint, "resource in " + group)
                            + " when { context.port < "
                            + (400 + number % 100)
                            + " && context.named };";
            case 1 ->
                    head("permit", "principal == " + agent, "resource == " + host)
                            + " unless { context.protocol == \""
                            + PROTOCOLS.get(number % 4)
                            + "\" };";
            case 2 ->
                    head("forbid", "principal", "resource in " + group)
                            + " when { context.host == \"evil"
                            + number
                            + ".example\" || context.port > "
                            + (60_000 + number)
                            + " };";
            case 3 ->
                    head(
                                    "permit",
                                    unscoped ? "principal" : "principal == " + agent,
                                    unscoped ? "resource" : "resource == " + host)
                            + " when { principal has owner && principal.owner == Person::\"ann\" &&"
                            + " context.host like \"*.team"
                            + number
                            + ".example\" };";
            default ->
                    head("forbid", "principal in " + blueprint, "resource == " + host)
                            + " when { context.protocol == \""
                            + PROTOCOLS.get(number % 4)
                            + "\" && context.port > "
                            + (8_000 + number)
                            + " && !(context has addressClass) };";
        };
    }

    private static String head(String effect, String principal, String resource) {
        return effect + " (" + principal + ", " + ACTION + ", " + resource + ")";
    }

    private static String host(int index) {
        return "h" + index + ".team" + index * 7 + ".example";
    }

    private static List<Entity> slice() {
        List<Entity> entities = new ArrayList<>();
        EntityUid ann = new EntityUid("Person", "ann");
        for (int i = 0; i < AGENTS; i++) {
            entities.add(
                    new Entity(
                            new EntityUid("Agent", "a" + i),
                            Map.of("owner", new Value.Ref(ann)),
                            Set.of(new EntityUid("Blueprint", "b" + i % GROUPS)),
                            Map.of()));
        }
        for (int i = 0; i < HOSTS; i++) {
            entities.add(
                    new Entity(
                            new EntityUid("Host", host(i)),
                            Set.of(new EntityUid("HostGroup", "g" + i % GROUPS))));
        }
        for (int i = 0; i < GROUPS; i++) {
            entities.add(new Entity(new EntityUid("Blueprint", "b" + i), new HashSet<>()));
            entities.add(new Entity(new EntityUid("HostGroup", "g" + i), new HashSet<>()));
        }
        entities.add(new Entity(ann, Set.of()));
        return List.copyOf(entities);
    }

    private static List<Request> asked(SplittableRandom random) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            String host = host(random.nextInt(HOSTS));
            requests.add(
                    new Request(
                            new EntityUid("Agent", "a" + random.nextInt(AGENTS)),
                            Action.NETWORK_CONNECT,
                            new EntityUid("Host", host),
                            Map.of(
                                    "host", Value.of(host),
                                    "port", Value.of(random.nextInt(4) == 0 ? 8_443 : 443),
                                    "protocol", Value.of(PROTOCOLS.get(random.nextInt(4))),
                                    "route", Value.of("transparent"),
                                    "named", Value.of(random.nextInt(8) > 0)),
                            slice()));
        }
        return List.copyOf(requests);
    }
}

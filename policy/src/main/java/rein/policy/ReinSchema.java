package rein.policy;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import rein.vocabulary.Taint;

/**
 * What a policy may speak of: the entity types, actions, attributes and context members that this
 * product sends with its requests. A policy that names anything else is refused, since it could
 * never hold.
 *
 * <p>Entities: an {@code Agent} is in a {@code Blueprint}, a {@code Person} in {@code Role}s, a
 * {@code Host} in {@code HostGroup}s. {@code Run}, {@code Fleet} and {@code Log} stand alone.
 */
final class ReinSchema {
    enum Type {
        STRING("String"),
        LONG("Long"),
        BOOL("Bool"),
        IPADDR("ipaddr"),
        ENTITY("an entity"),
        SET("Set"),
        RECORD("a record");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /**
     * An attribute or a member of the context.
     *
     * @param optional a policy must ask {@code has} first
     * @param words the values a text, or an element of a set, can have; empty: any
     * @param members of a record
     */
    record Member(
            Type type, boolean optional, List<String> words, SortedMap<String, Member> members) {
        Member(Type type, boolean optional, List<String> words) {
            this(type, optional, words, new TreeMap<>());
        }
    }

    /** Who asks, about what, and what is in the context. */
    record ActionShape(
            SortedSet<String> principals,
            SortedSet<String> resources,
            SortedMap<String, Member> context) {}

    /** From a type to the type of the groups that its entities can be in. */
    static final Map<String, String> GROUPS =
            Map.of("Agent", "Blueprint", "Person", "Role", "Host", "HostGroup");

    static final List<String> PROTOCOLS =
            List.of(
                    "tls",
                    "http",
                    "websocket",
                    "ssh",
                    "stratum",
                    "socks",
                    "smtp",
                    "ftp",
                    "pop3",
                    "imap",
                    "mysql",
                    "vnc",
                    "tls-unnamed",
                    "unknown",
                    "silent");

    static final List<String> ADDRESS_CLASSES =
            List.of(
                    "public",
                    "loopback",
                    "private",
                    "link-local",
                    "metadata",
                    "cgnat",
                    "multicast",
                    "unspecified",
                    "mapped",
                    "own",
                    "reserved");

    /** Actions of the design that no door decides yet; a policy on one would not be enforced. */
    static final SortedSet<String> NOT_ENFORCED =
            new TreeSet<>(
                    List.of(
                            "process:exec",
                            "agent:spawn",
                            "mcp:call_tool",
                            "mcp:list_tools",
                            "mcp:read_resource",
                            "mcp:get_prompt",
                            "model:invoke",
                            "a2a:send"));

    private static final SortedMap<String, Member> ATTRIBUTES = attributes();
    private static final SortedMap<String, ActionShape> ACTIONS = actions();

    private ReinSchema() {}

    static SortedMap<String, ActionShape> byAction() {
        return ACTIONS;
    }

    /** Of all entity types together; which type has which is for the validator to tell. */
    static SortedMap<String, Member> entityAttributes() {
        return ATTRIBUTES;
    }

    static SortedSet<String> entityTypes() {
        SortedSet<String> types = new TreeSet<>(GROUPS.values());
        types.add("Action");
        for (ActionShape shape : ACTIONS.values()) {
            types.addAll(shape.principals());
            types.addAll(shape.resources());
        }
        return types;
    }

    /** Of agents and runs. */
    private static SortedMap<String, Member> attributes() {
        SortedMap<String, Member> attributes = new TreeMap<>();
        attributes.put("owner", new Member(Type.ENTITY, true, List.of()));
        attributes.put("sponsors", new Member(Type.SET, true, List.of()));
        attributes.put(
                "state",
                new Member(
                        Type.STRING, true, List.of("proposed", "active", "suspended", "retired")));
        return attributes;
    }

    private static SortedMap<String, ActionShape> actions() {
        SortedMap<String, ActionShape> actions = new TreeMap<>();
        actions.put(
                "network:connect",
                new ActionShape(types("Agent"), types("Host"), networkContext()));
        actions.put(
                "network:grant", new ActionShape(types("Agent"), types("Host"), grantContext()));
        for (String id :
                List.of(
                        "registry:read",
                        "registry:write",
                        "policy:read",
                        "policy:write",
                        "policy:grant",
                        "stop:order",
                        "stop:resume",
                        "content:read",
                        "drill:run",
                        "audit:read")) {
            actions.put(
                    id,
                    new ActionShape(
                            types("Person"),
                            types("Agent", "Run", "Fleet", "Blueprint", "Log"),
                            new TreeMap<>()));
        }
        actions.put("agent:use", new ActionShape(types("Person"), types("Agent"), new TreeMap<>()));
        return actions;
    }

    private static SortedMap<String, Member> networkContext() {
        SortedMap<String, Member> context = new TreeMap<>();
        context.put("host", new Member(Type.STRING, false, List.of()));
        context.put("port", new Member(Type.LONG, false, List.of()));
        context.put("protocol", new Member(Type.STRING, false, PROTOCOLS));
        context.put(
                "route",
                new Member(
                        Type.STRING, false, List.of("transparent", "connect", "socks", "forward")));
        // True when the agent asked for a name, false for a raw address.
        context.put("named", new Member(Type.BOOL, false, List.of()));
        // HTTP only.
        context.put("method", new Member(Type.STRING, true, List.of()));
        // Known once a name is resolved, which happens only after a policy allowed the name.
        context.put("address", new Member(Type.IPADDR, true, List.of()));
        context.put("addressClass", new Member(Type.STRING, true, ADDRESS_CLASSES));
        context.put(
                "resolvedBy", new Member(Type.STRING, true, List.of("hosts", "dns", "literal")));
        context.put("run", new Member(Type.RECORD, false, List.of(), runFacts()));
        return context;
    }

    /**
     * What the run did before this request, as the doors' ledger and the observation of execs feed
     * it today. What a run has spent comes with the model door, which tools it has used with the
     * door for tools; of a connection nobody knows yet which program makes it.
     */
    private static SortedMap<String, Member> runFacts() {
        SortedMap<String, Member> count = new TreeMap<>();
        // The whole minute that goes on, and the nine or 59 before it; all: since the run began.
        for (String window : List.of("minute", "tenMinutes", "hour", "all")) {
            count.put(window, new Member(Type.LONG, false, List.of()));
        }
        SortedMap<String, Member> facts = new TreeMap<>();
        facts.put("taints", new Member(Type.SET, false, Taint.labels()));
        for (String counted :
                List.of(
                        "decisions",
                        "denials",
                        "deniedHosts",
                        "sentBytes",
                        "receivedBytes",
                        "approvals",
                        "newBinaries")) {
            facts.put(counted, new Member(Type.RECORD, false, List.of(), count));
        }
        // True until the run was let through to this host for the first time.
        facts.put("newHost", new Member(Type.BOOL, false, List.of()));
        // With the one that asks.
        facts.put("openConnections", new Member(Type.LONG, false, List.of()));
        return facts;
    }

    /** Facts of a run that a policy may look for and nothing feeds yet, each with its reason. */
    static final Map<String, String> NOT_FED =
            Map.of(
                    "spend", "no money passes a door of this version; the model door will count it",
                    "tools", "no tool call passes a door of this version",
                    "newTool", "no tool call passes a door of this version",
                    "newBinary",
                            "the egress door does not know which program connects;"
                                    + " newBinaries counts the programs that are new");

    /**
     * What is known of a destination that was denied: no route, no method, an address if it is one.
     */
    private static SortedMap<String, Member> grantContext() {
        SortedMap<String, Member> network = networkContext();
        network.keySet().retainAll(List.of("host", "port", "protocol", "named", "addressClass"));
        return network;
    }

    private static SortedSet<String> types(String... names) {
        return new TreeSet<>(List.of(names));
    }
}

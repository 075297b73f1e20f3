package rein.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import rein.audit.AuditException;
import rein.policy.Packs;
import rein.policy.review.Reach;
import rein.policy.review.Recorded;
import rein.policy.review.Replay;
import rein.policy.review.SetDiff;
import rein.policy.review.Suggestion;
import rein.policy.review.TextSet;
import rein.registry.Page;
import rein.registry.PolicyVersion;
import rein.registry.PolicyVersion.State;
import rein.registry.RegistryException;
import rein.server.api.PolicyApi;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.policy.PolicyBook;
import rein.server.policy.PolicyEffects;
import rein.server.policy.RecordedDecisions;
import rein.server.policy.Scopes;
import rein.server.policy.Snapshots;
import rein.vocabulary.Action;
import rein.vocabulary.Agent;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Tenant;

/**
 * {@code /v1/policies/…}: why, what if, who can reach what. They read content, so each needs the
 * right to, and is itself a record.
 */
final class PolicyQuestions {
    /** Agents that are asked for at once: a page of the registry. */
    private static final int AGENTS_MAX = Page.ITEMS_MAX;

    /** As long as records are kept (DESIGN §6). */
    private static final long SINCE_SECONDS_MAX = Duration.ofDays(180).toSeconds();

    /** Differences that are listed. */
    private static final int LISTED_MAX = 200;

    /** What questions are answered from. */
    record Sources(
            Tenant tenant,
            PolicyBook book,
            Snapshots snapshots,
            RecordedDecisions records,
            PolicyEffects effects,
            PolicyTargets targets,
            Collection<String> knownHosts,
            Recorder recorder) {}

    private final Sources sources;
    private final PolicyWhy whys;

    PolicyQuestions(Sources sources) {
        this.sources = sources;
        this.whys = new PolicyWhy(sources.tenant(), sources.snapshots(), sources.records());
    }

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "POST",
                        "/v1/policies/why",
                        "Why a recorded decision is what it is: policies with lines, values, and what alone would alter it",
                        Action.CONTENT_READ,
                        PolicyApi.WhyRequest.class,
                        PolicyApi.WhyView.class,
                        (_, body) -> sources.targets().on(whys.record(body.record())),
                        (call, body) -> {
                            reads(call, body.reason(), "why " + body.record());
                            return whys.why(whys.record(body.record()));
                        }));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/policies/replay",
                        "Decide recorded requests again: with what is in force, with what is tried, or with a text",
                        Action.CONTENT_READ,
                        PolicyApi.ReplayRequest.class,
                        PolicyApi.Replayed.class,
                        (_, body) -> sources.targets().on(body.scope().orElse("fleet")),
                        (call, body) -> {
                            reads(call, "policy replay", "replay");
                            return replay(body);
                        }));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/policies/suggestions",
                        "The least-privilege set for what a run or an agent did, with its proof",
                        Action.CONTENT_READ,
                        PolicyApi.SuggestRequest.class,
                        PolicyApi.Suggested.class,
                        (_, body) -> sources.targets().onAgent(Optional.of(agentOf(body))),
                        (call, body) -> {
                            reads(call, "policy suggest", "suggest");
                            return suggest(body);
                        }));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/policies/reach",
                        "What an agent can reach, or who can reach a host, by what is in force",
                        Action.CONTENT_READ,
                        PolicyApi.ReachRequest.class,
                        PolicyApi.Reached.class,
                        (_, body) -> sources.targets().onAgent(body.agent()),
                        (call, body) -> {
                            reads(call, "policy reach", "reach");
                            return reach(body);
                        }));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/policies/differences",
                        "How two texts of a scope differ: policy by policy, over recorded requests, and in what becomes reachable",
                        Action.CONTENT_READ,
                        PolicyApi.DiffRequest.class,
                        PolicyApi.Differs.class,
                        (_, body) -> sources.targets().onSet(body.scope()),
                        (call, body) -> {
                            reads(call, "policy diff", "diff");
                            return differ(body);
                        }));
    }

    /** Before it is read. */
    private void reads(Call call, String reason, String what) {
        if (reason.isBlank()) {
            throw new ProblemException(
                    422, "no-reason", "Reading content needs a reason; it goes into the log.");
        }
        try {
            sources.recorder()
                    .append(
                            Draft.of(Kind.CONTENT_READ)
                                    .person(AdminGate.name(call.caller()))
                                    .detail("purpose", what)
                                    .content("reason", reason.strip())
                                    .build());
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "This could not be recorded, so nothing was read: " + ProblemException.why(e));
        }
    }

    private PolicyApi.Replayed replay(PolicyApi.ReplayRequest request)
            throws RegistryException, AuditException {
        String scope = request.scope().orElse("fleet");
        Instant to = request.to().orElseGet(sources.effects()::now);
        Instant from = request.from().orElseGet(() -> to.minus(since(request.sinceSeconds())));
        List<PolicyVersion> active = sources.book().active();
        TextSet now = set(sources.book().texts(active));
        if (request.text().isPresent()) {
            PolicyText text =
                    new PolicyText(scope + "@proposed", Scopes.ofSet(scope), request.text().get());
            PolicyBook.check(text);
            TextSet next = set(with(active, scope, text));
            return new PolicyApi.Replayed(
                    sources.effects().of(from, to, scope, all -> Replay.between(all, now, next)),
                    Map.of());
        }
        Map<String, PolicyApi.Effect> tried = new TreeMap<>();
        for (PolicyVersion version : active) {
            if (version.state() != State.ENFORCE
                    && (scope.equals("fleet") || scope.equals(version.scope()))) {
                PolicyText enforced =
                        new PolicyText(
                                version.name(), Scopes.ofSet(version.scope()), version.text());
                TextSet next = set(with(active, version.scope(), enforced));
                tried.put(
                        version.name(),
                        sources.effects()
                                .of(
                                        from,
                                        to,
                                        version.scope(),
                                        all -> Replay.between(all, now, next)));
            }
        }
        return new PolicyApi.Replayed(
                sources.effects().of(from, to, scope, all -> Replay.since(all, now)), tried);
    }

    private static Duration since(Optional<Long> seconds) {
        long asked = seconds.orElse(PolicyEffects.RANGE.toSeconds());
        if (asked < 1 || asked > SINCE_SECONDS_MAX) {
            throw new ProblemException(
                    422, "bad-range", "A range is at most " + SINCE_SECONDS_MAX + " seconds long.");
        }
        return Duration.ofSeconds(asked);
    }

    /** The active texts, with this one in the place of its scope's. */
    private List<PolicyText> with(List<PolicyVersion> active, String scope, PolicyText text) {
        List<PolicyText> texts =
                new ArrayList<>(
                        sources.book()
                                .texts(
                                        active.stream()
                                                .filter(v -> !v.scope().equals(scope))
                                                .toList()));
        texts.add(text);
        return texts;
    }

    private TextSet set(List<PolicyText> texts) {
        return new TextSet(sources.tenant(), texts);
    }

    private String agentOf(PolicyApi.SuggestRequest request) {
        if (request.agent().isPresent() == request.run().isPresent()) {
            throw new ProblemException(422, "bad-target", "Name a run or an agent, one of them.");
        }
        if (request.agent().isPresent()) {
            return request.agent().get();
        }
        String run = request.run().orElseThrow().toLowerCase(Locale.ROOT);
        if (!run.matches("[0-9a-f-]{4,36}")) {
            throw new ProblemException(422, "bad-run", "A run is named by its id or its end.");
        }
        try {
            Set<String> agents =
                    range(request, run).decisions().stream()
                            .map(Recorded::agent)
                            .collect(Collectors.toCollection(TreeSet::new));
            if (agents.size() == 1) {
                return agents.iterator().next();
            }
            throw new ProblemException(
                    404,
                    "no-such-run",
                    agents.isEmpty()
                            ? "Nothing is recorded of a run '"
                                    + run
                                    + "' that could be decided again."
                            : "Runs of several agents end in '" + run + "': " + agents);
        } catch (AuditException e) {
            throw new ProblemException(503, "log-unreadable", ProblemException.why(e));
        }
    }

    private RecordedDecisions.Found range(PolicyApi.SuggestRequest request, String run)
            throws AuditException {
        Instant to = sources.effects().now();
        // Of one run all is wanted, however old; of an agent a day.
        Instant from =
                run.isEmpty() || request.sinceSeconds().isPresent()
                        ? to.minus(since(request.sinceSeconds()))
                        : Instant.EPOCH;
        return sources.effects()
                .recorded(
                        from,
                        to,
                        record ->
                                run.isEmpty()
                                        ? record.text("agent")
                                                .filter(id ->
                                                        id.endsWith(
                                                                "/agent/"
                                                                        + request.agent()
                                                                                .orElse("")))
                                                .isPresent()
                                        : record.text("run")
                                                .filter(id -> id.endsWith(run))
                                                .isPresent());
    }

    private PolicyApi.Suggested suggest(PolicyApi.SuggestRequest request)
            throws RegistryException, AuditException {
        String agent = agentOf(request);
        String pack = request.pack().orElse("locked");
        if (!Packs.names().contains(pack)) {
            throw new ProblemException(
                    422,
                    "no-such-pack",
                    "There is no pack '" + pack + "'; there are " + Packs.names());
        }
        RecordedDecisions.Found found =
                range(request, request.run().orElse("").toLowerCase(Locale.ROOT));
        TextSet base =
                set(
                        sources.book()
                                .texts(
                                        sources.book().active().stream()
                                                .filter(v -> !v.scope().equals("agent:" + agent))
                                                .toList()));
        return new PolicyApi.Suggested(
                agent,
                pack,
                Suggestion.of(agent, found.decisions(), base, pack),
                found.notReplayable(),
                found.more());
    }

    private PolicyApi.Reached reach(PolicyApi.ReachRequest request)
            throws RegistryException, AuditException {
        if (request.agent().isPresent() == request.host().isPresent()) {
            throw new ProblemException(422, "bad-target", "Name an agent or a host, one of them.");
        }
        List<PolicyText> texts = sources.book().texts();
        List<Recorded> recorded = lastDay().decisions();
        Map<String, Reach.Destination> hosts = new TreeMap<>();
        List<Reach.Who> who = new ArrayList<>();
        if (request.host().isPresent()) {
            String host = request.host().get().toLowerCase(Locale.ROOT);
            hosts.put(
                    host,
                    PolicyEffects.destinations(recorded)
                            .getOrDefault(host, sources.effects().destination(host)));
            for (Agent agent :
                    sources.targets()
                            .registry()
                            .agents()
                            .list(rein.registry.Agents.Filter.ALL, Optional.empty(), AGENTS_MAX)
                            .items()) {
                who.add(seen(agent, recorded));
            }
        } else {
            hosts.putAll(PolicyEffects.destinations(recorded));
            Set<String> known = new LinkedHashSet<>(sources.knownHosts());
            known.addAll(Reach.hosts(texts));
            known.add(Reach.ANY_OTHER);
            known.forEach(host -> hosts.putIfAbsent(host, sources.effects().destination(host)));
            who.add(seen(sources.targets().agent(request.agent().get()), recorded));
        }
        Reach.Answer answer = Reach.of(who, hosts.values(), ways(recorded, texts), set(texts));
        return new PolicyApi.Reached(answer, who.size(), hosts.size());
    }

    /** Under the pack that it was seen with last. */
    private Reach.Who seen(Agent agent, List<Recorded> recorded) {
        return sources.effects()
                .who(
                        agent,
                        recorded.stream()
                                .filter(each -> each.agent().equals(agent.name()))
                                .map(each -> each.facts().pack())
                                .findFirst());
    }

    private static Set<Reach.Way> ways(List<Recorded> recorded, List<PolicyText> texts) {
        Set<Reach.Way> ways =
                new TreeSet<>(
                        List.of(
                                new Reach.Way(443, "tls"),
                                new Reach.Way(80, "http"),
                                new Reach.Way(22, "ssh")));
        ways.addAll(PolicyEffects.ways(recorded));
        ways.addAll(Reach.ways(texts));
        return ways;
    }

    private RecordedDecisions.Found lastDay() throws AuditException {
        Instant to = sources.effects().now();
        return sources.effects().recorded(to.minus(PolicyEffects.RANGE), to, _ -> true);
    }

    private PolicyApi.Differs differ(PolicyApi.DiffRequest request)
            throws RegistryException, AuditException {
        Instant to = request.to().orElseGet(sources.effects()::now);
        Instant from = request.from().orElseGet(() -> to.minus(PolicyEffects.RANGE));
        PolicyText older = new PolicyText("old", Scopes.ofSet(request.scope()), request.older());
        PolicyText newer = new PolicyText("new", Scopes.ofSet(request.scope()), request.newer());
        PolicyBook.check(older);
        PolicyBook.check(newer);
        List<PolicyVersion> active = sources.book().active();
        TextSet before = set(with(active, request.scope(), older));
        TextSet after = set(with(active, request.scope(), newer));
        List<Recorded> recorded = sources.effects().recorded(from, to, _ -> true).decisions();
        List<PolicyText> both = List.of(older, newer);
        Map<String, Reach.Destination> hosts = new TreeMap<>(PolicyEffects.destinations(recorded));
        Reach.hosts(both)
                .forEach(host -> hosts.putIfAbsent(host, sources.effects().destination(host)));
        hosts.putIfAbsent(Reach.ANY_OTHER, sources.effects().destination(Reach.ANY_OTHER));
        Collection<Reach.Who> who = PolicyEffects.agents(recorded);
        Set<Reach.Way> ways = ways(recorded, both);
        List<Reach.Found> was = Reach.of(who, hosts.values(), ways, before).found();
        List<Reach.Found> is = Reach.of(who, hosts.values(), ways, after).found();
        return new PolicyApi.Differs(
                SetDiff.of(List.of(older), List.of(newer)),
                sources.effects()
                        .of(from, to, request.scope(), all -> Replay.between(all, before, after)),
                only(is, was),
                only(was, is));
    }

    private static List<Reach.Found> only(List<Reach.Found> these, List<Reach.Found> others) {
        Set<List<Object>> known = new LinkedHashSet<>();
        others.forEach(each -> known.add(List.of(each.agent(), each.host(), each.way())));
        return these.stream()
                .filter(each -> !known.contains(List.of(each.agent(), each.host(), each.way())))
                .limit(LISTED_MAX)
                .toList();
    }
}

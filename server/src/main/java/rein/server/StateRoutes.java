package rein.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rein.audit.AuditLog;
import rein.audit.LogHealth;
import rein.registry.RegistryException;
import rein.respond.Incidents;
import rein.sandbox.SandboxHost;
import rein.sandbox.SelfTestReport;
import rein.server.api.DoctorView;
import rein.server.api.Health;
import rein.server.api.IncidentView;
import rein.server.api.Status;
import rein.server.command.Version;
import rein.server.http.Api;
import rein.server.http.NoBody;
import rein.server.http.OpenApi;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.node.Drain;
import rein.server.node.LiveRuns;
import rein.server.node.Node;
import rein.vocabulary.Action;

/** How it is: health, status, incidents, and the API's own description. */
final class StateRoutes {
    /** What is asked how it is. */
    record Sources(
            State state,
            Configuration configuration,
            Incidents incidents,
            LiveRuns runs,
            Logs logs,
            SelfTestReport selfTest,
            SandboxHost sandboxes,
            Drain drain) {}

    private final Sources sources;

    StateRoutes(Sources sources) {
        this.sources = sources;
    }

    void addTo(Api api) {
        api.add(
                Route.open(
                        "GET",
                        "/v1/health",
                        "That something answers",
                        NoBody.class,
                        Health.class,
                        (_, _) -> new Health("running", Version.text())));
        api.add(
                Route.open(
                        "GET",
                        "/v1/openapi.json",
                        "This API as an OpenAPI 3.1 document",
                        NoBody.class,
                        Map.class,
                        (_, _) -> OpenApi.of(api, Version.text())));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/status",
                        "Whether it works, and what does not",
                        Action.REGISTRY_READ,
                        NoBody.class,
                        Status.class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) -> status()));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/self-test",
                        "What this machine was shown to enforce when the node started",
                        Action.REGISTRY_READ,
                        NoBody.class,
                        DoctorView.class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) -> Doctor.view(sources.selfTest(), problems())));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/incidents",
                        "Open incidents, worst first",
                        Action.AUDIT_READ,
                        NoBody.class,
                        IncidentView[].class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) ->
                                sources.incidents().open().stream()
                                        .map(IncidentView::of)
                                        .toArray(IncidentView[]::new)));
    }

    private Status status() {
        List<String> problems = problems();
        boolean single = true;
        String database =
                sources.configuration().databaseUrl().isPresent() ? "external" : "embedded";
        try {
            single = sources.state().registry().persons().isSingleOperator();
        } catch (RegistryException e) {
            database += ", not answering";
            problems.add(ProblemException.why(e));
        }
        return new Status(
                problems.isEmpty() ? "running" : "running, with problems",
                Version.text(),
                sources.state().tenant().trustDomain(),
                sources.state().node(),
                Node.label(sources.selfTest().level()),
                ProcessHandle.current().pid(),
                sources.runs().live().size(),
                database,
                single,
                false,
                sources.logs().all().stream().map(StateRoutes::log).toList(),
                problems);
    }

    private static Status.LogStatus log(AuditLog log) {
        LogHealth health = log.health();
        return new Status.LogStatus(
                log.origin(),
                health.size(),
                health.signed(),
                log.key().verifierKey(),
                health.usedPercent());
    }

    /** Each a sentence that says what to do. */
    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        sources.selfTest()
                .failed()
                .forEach(attempt ->
                        problems.add(
                                "Does not hold: "
                                        + attempt.name()
                                        + ": "
                                        + attempt.happened()
                                        + "."));
        sources.sandboxes()
                .observationMissing()
                .ifPresent(why -> problems.add("Program starts are not observed: " + why));
        if (sources.drain().draining()) {
            problems.add("The node is draining and takes no new run; end that: rein drain --undo.");
        }
        for (AuditLog log : sources.logs().all()) {
            LogHealth health = log.health();
            if (!health.sentence().isEmpty()) {
                problems.add(health.sentence());
            }
        }
        if (sources.configuration().approvalPeople() < 2) {
            problems.add("approval-people is 1: one person alone approves above the ceiling.");
        }
        if (!sources.logs().content().placement().outside()) {
            problems.add(sources.logs().content().placement().sentence());
        }
        return problems;
    }
}

package rein.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import rein.identity.Caller;
import rein.policy.Packs;
import rein.registry.PolicyVersion;
import rein.registry.PolicyVersion.State;
import rein.registry.RegistryException;
import rein.server.api.PolicyApi;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.server.policy.Scopes;
import rein.vocabulary.Action;
import rein.vocabulary.PolicyText;

/** {@code /v1/policies}: the versions of policy sets, and their steps. */
final class PolicyRoutes {
    private final PolicySteps steps;
    private final PolicyTargets targets;
    private final Peers peers;

    PolicyRoutes(PolicySteps steps, PolicyTargets targets, Peers peers) {
        this.steps = steps;
        this.targets = targets;
        this.peers = peers;
    }

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/policies",
                        "Policy sets: what comes with the product, then the organisation's versions that are not retired; with scope, all of that scope",
                        Action.POLICY_READ,
                        NoBody.class,
                        PolicyApi.SetView[].class,
                        (call, _) -> Route.On.own(call.caller()),
                        (call, _) -> list(call)));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/policies/{scope}/{version}",
                        "One version, with its text and tests; of a pack, version 0",
                        Action.POLICY_READ,
                        NoBody.class,
                        PolicyApi.SetView.class,
                        (call, _) -> targets.on(call.part("scope")),
                        (call, _) -> one(call)));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/policies",
                        "Save a version; answers with its tests and with what it would change in the last 24 hours",
                        Action.POLICY_WRITE,
                        PolicyApi.Put.class,
                        PolicyApi.Outcome.class,
                        (_, body) -> targets.onSet(body.scope()),
                        (call, body) ->
                                steps.put(
                                        body,
                                        body.mode().map(PolicyRoutes::state).orElse(State.DRAFT),
                                        ApprovalRoutes.approver(call, peers))));
        api.add(
                new Route<>(
                        "POST",
                        "/v1/policies/steps",
                        "Bring a version to shadow, warn, enforce or retired; a weakening of fleet or blueprint takes two people",
                        Action.POLICY_WRITE,
                        PolicyApi.Step.class,
                        PolicyApi.Outcome.class,
                        (_, body) -> targets.onSet(body.scope()),
                        (call, body) ->
                                steps.step(
                                        body,
                                        state(body.to()),
                                        ApprovalRoutes.approver(call, peers))));
    }

    private PolicyApi.SetView[] list(Call call) throws RegistryException {
        List<PolicyApi.SetView> views = new ArrayList<>();
        Optional<String> scope = call.exchange().query("scope");
        if (scope.isEmpty()) {
            Packs.all().forEach(text -> views.add(shipped(text, false)));
        }
        List<PolicyVersion> versions =
                scope.isPresent()
                        ? steps.book().versions().of(scope.get())
                        : steps.book().versions().current();
        for (PolicyVersion version : versions) {
            if (mayRead(call.caller(), version.scope())) {
                views.add(PolicySteps.view(version, false));
            }
        }
        return views.toArray(PolicyApi.SetView[]::new);
    }

    private boolean mayRead(Caller caller, String scope) {
        return targets.may(caller, Action.POLICY_READ, scope);
    }

    private PolicyApi.SetView one(Call call) throws RegistryException {
        String scope = call.part("scope");
        int version =
                call.part("version").matches("[0-9]{1,9}")
                        ? Integer.parseInt(call.part("version"))
                        : -1;
        if (version == 0) {
            return Packs.all().stream()
                    .filter(text ->
                            text.name().equals(scope) || Scopes.words(text.scope()).equals(scope))
                    .findFirst()
                    .map(text -> shipped(text, true))
                    .orElseThrow(() ->
                            new ProblemException(
                                    404, "no-such-pack", "No pack is called '" + scope + "'."));
        }
        return PolicySteps.view(steps.book().find(scope, version), true);
    }

    private static PolicyApi.SetView shipped(PolicyText text, boolean whole) {
        return new PolicyApi.SetView(
                Scopes.words(text.scope()),
                0,
                text.name(),
                text.mode().label(),
                "rein",
                "comes with the product",
                Optional.empty(),
                Optional.empty(),
                "rein",
                "",
                Optional.empty(),
                whole ? Optional.of(text.text()) : Optional.empty(),
                Optional.empty());
    }

    private static State state(String word) {
        return Arrays.stream(State.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(
                                422,
                                "bad-state",
                                "A state is draft, shadow, warn, enforce or retired, not '"
                                        + word
                                        + "'."));
    }
}

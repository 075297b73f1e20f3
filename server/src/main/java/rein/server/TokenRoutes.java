package rein.server;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import rein.identity.Caller;
import rein.identity.IdentityException;
import rein.identity.IssuedToken;
import rein.identity.Tokens;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.server.api.TokenMade;
import rein.server.api.TokenRequest;
import rein.server.http.Api;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/**
 * {@code /v1/tokens}: made by an operator, or in exchange for the bootstrap token of the first
 * start.
 */
final class TokenRoutes {
    private static final Duration VALID = Duration.ofDays(90);

    /** The roles that the admin policies speak of; a token with any other could do nothing. */
    private static final List<String> ROLES = List.of(Caller.OPERATOR, "owner", "sponsor");

    private final Tokens tokens;
    private final Registry registry;
    private final Recorder recorder;

    TokenRoutes(Tokens tokens, Registry registry, Recorder recorder) {
        this.tokens = tokens;
        this.registry = registry;
        this.recorder = recorder;
    }

    /** A token as it is listed; never its secret. */
    record TokenView(
            String id,
            String person,
            List<String> roles,
            String issuedBy,
            String expires,
            boolean revoked) {}

    /** The id of a token that is dead now. */
    record Revoked(String id) {}

    void addTo(Api api) {
        api.add(
                new Route<>(
                        "POST",
                        "/v1/tokens",
                        "Make a person's token; it is in the answer and nowhere else",
                        Action.REGISTRY_WRITE,
                        TokenRequest.class,
                        TokenMade.class,
                        (_, _) -> Route.On.fleet(),
                        (call, body) -> create(body, AdminGate.name(call.caller()))));
        api.add(
                Route.open(
                        "POST",
                        "/v1/tokens/exchange",
                        "Exchange the bootstrap token of the first start for the first person's token",
                        TokenRequest.class,
                        TokenMade.class,
                        (_, body) -> exchange(body)));
        api.add(
                new Route<>(
                        "GET",
                        "/v1/tokens",
                        "Tokens, newest first; never their secrets",
                        Action.REGISTRY_WRITE,
                        NoBody.class,
                        TokenView[].class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) ->
                                tokens.list().stream()
                                        .map(token ->
                                                new TokenView(
                                                        token.id(),
                                                        token.person(),
                                                        List.copyOf(token.roles()),
                                                        token.issuedBy(),
                                                        token.expires().toString(),
                                                        token.revoked().isPresent()))
                                        .toArray(TokenView[]::new)));
        api.add(
                new Route<>(
                        "DELETE",
                        "/v1/tokens/{id}",
                        "Revoke a token",
                        Action.REGISTRY_WRITE,
                        NoBody.class,
                        Revoked.class,
                        (_, _) -> Route.On.fleet(),
                        (call, _) -> revoke(call.part("id"), AdminGate.name(call.caller()))));
    }

    private TokenMade create(TokenRequest request, String by)
            throws IdentityException, RegistryException {
        if (request.roles().isEmpty() || !ROLES.containsAll(request.roles())) {
            throw new ProblemException(
                    422,
                    "no-such-role",
                    "A role is one of " + ROLES + ", not " + request.roles() + ".");
        }
        registry.persons().ensure(request.person());
        record("created", request.person(), by);
        return made(tokens.create(request.person(), new TreeSet<>(request.roles()), by, VALID));
    }

    private TokenMade exchange(TokenRequest request) throws IdentityException, RegistryException {
        String secret =
                request.bootstrap()
                        .orElseThrow(() ->
                                new ProblemException(
                                        400, "no-bootstrap", "Send the bootstrap token."));
        return switch (tokens.exchange(secret, request.person())) {
            case Tokens.Exchange.Issued(IssuedToken token) -> {
                registry.persons().ensure(request.person());
                record("exchanged", request.person(), "bootstrap");
                yield made(token);
            }
            case Tokens.Exchange.Refused(var reason) ->
                    throw new ProblemException(403, "bootstrap-refused", reason.explanation());
        };
    }

    private Revoked revoke(String id, String by) throws IdentityException {
        if (tokens.revoke(id) == Tokens.Revocation.UNKNOWN) {
            throw new ProblemException(404, "no-such-token", "There is no token '" + id + "'.");
        }
        record("revoked", id, by);
        return new Revoked(id);
    }

    private static TokenMade made(IssuedToken token) {
        return new TokenMade(
                token.stored().id(),
                token.text(),
                token.stored().person(),
                List.copyOf(token.stored().roles()));
    }

    private void record(String what, String of, String by) {
        try {
            recorder.append(
                    Draft.of(Kind.TOKEN_CHANGED)
                            .person(by)
                            .detail("change", what)
                            .detail("of", of)
                            .build());
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "This could not be recorded, so it was not done: " + ProblemException.why(e));
        }
    }
}

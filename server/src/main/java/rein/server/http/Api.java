package rein.server.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.identity.Caller;
import rein.identity.IdentityException;
import rein.registry.RegistryException;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;

/**
 * The management API: one table that is served, governed and documented. Each row is decided by the
 * policy decision point before it does anything; what has no row is 404.
 */
public final class Api implements HttpDoor.Answering {
    /** A policy file and a command line fit; nothing here takes uploads. */
    private static final int BODY_BYTES_MAX = 1024 * 1024;

    /** Who is calling. */
    @FunctionalInterface
    public interface Authenticator {
        Caller of(Exchange exchange);
    }

    /** May this caller do this, on this? */
    @FunctionalInterface
    public interface Gate {
        Decision decide(Caller caller, Action action, Route.On on);
    }

    /** Answers piece by piece, for subscriptions; decided on the caller's own, as all it shows. */
    public record StreamRoute(String template, String summary, Action action, Streaming work) {
        /** Writes to the exchange until the caller leaves. */
        @FunctionalInterface
        public interface Streaming {
            void write(Call call) throws IOException;
        }
    }

    private final Authenticator authenticator;
    private final Gate gate;
    private final IdempotentAnswers answered;
    private final List<Route<?, ?>> routes = new ArrayList<>();
    private final List<StreamRoute> streams = new ArrayList<>();

    public Api(Authenticator authenticator, Gate gate, IdempotentAnswers answered) {
        this.authenticator = authenticator;
        this.gate = gate;
        this.answered = answered;
    }

    public void add(Route<?, ?> route) {
        routes.add(route);
    }

    public void add(StreamRoute route) {
        streams.add(route);
    }

    public List<Route<?, ?>> routes() {
        return List.copyOf(routes);
    }

    public List<StreamRoute> streams() {
        return List.copyOf(streams);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        try {
            dispatch(exchange);
        } catch (ProblemException e) {
            problem(exchange, e.problem());
        } catch (RegistryException e) {
            switch (e.code()) {
                case REFUSED -> problem(exchange, refused(e));
                case UNAVAILABLE -> problem(exchange, unavailable(e));
                case BROKEN,
                        FOLDER_TAKEN,
                        FOLDER_UNUSABLE,
                        BINARIES_MISSING,
                        VERSION,
                        START_FAILED ->
                        problem(exchange, internal(exchange, e));
            }
        } catch (IdentityException e) {
            switch (e.code()) {
                case REFUSED, FULL -> problem(exchange, refused(e));
                case UNAVAILABLE -> problem(exchange, unavailable(e));
                case BROKEN, INSTALLATION -> problem(exchange, internal(exchange, e));
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            problem(exchange, internal(exchange, e));
        }
    }

    /** Its message is for whoever asked. */
    private static Problem refused(Exception e) {
        return Problem.of(422, "refused", ProblemException.why(e));
    }

    private static Problem unavailable(Exception e) {
        return Problem.of(503, "database-gone", ProblemException.why(e));
    }

    /** The message may hold what the caller must not see; the log has it. */
    private static Problem internal(Exchange exchange, Exception e) {
        System.getLogger(Api.class.getName())
                .log(
                        System.Logger.Level.ERROR,
                        exchange.method() + " " + exchange.path() + " failed",
                        e);
        return Problem.of(
                500, "internal", "The server failed; its log says why. Nothing was done.");
    }

    private void dispatch(Exchange exchange) throws Exception {
        boolean pathKnown = false;
        for (StreamRoute route : streams) {
            Optional<Map<String, String>> parts = match(route.template(), exchange.path());
            if (parts.isPresent() && exchange.method().equals("GET")) {
                Call call = new Call(exchange, authenticator.of(exchange), parts.get());
                permit(call.caller(), route.action(), Route.On.own(call.caller()));
                route.work().write(standing(call, route));
                return;
            }
            pathKnown |= parts.isPresent();
        }
        for (Route<?, ?> route : routes) {
            Optional<Map<String, String>> parts = match(route.template(), exchange.path());
            if (parts.isPresent()) {
                if (route.method().equals(exchange.method())) {
                    run(route, new Call(exchange, authenticator.of(exchange), parts.get()));
                    return;
                }
                pathKnown = true;
            }
        }
        throw pathKnown
                ? new ProblemException(
                        405, "method", "This path does not know " + exchange.method() + ".")
                : new ProblemException(
                        404,
                        "no-such-path",
                        "Nothing is at " + exchange.path() + "; see /v1/openapi.json.");
    }

    /** A stream goes on for hours: it ends when the right to read it does. */
    private Call standing(Call call, StreamRoute route) {
        Exchange guarded =
                new StandingExchange(
                        call.exchange(),
                        () ->
                                gate.decide(
                                                authenticator.of(call.exchange()),
                                                route.action(),
                                                Route.On.own(call.caller()))
                                        .allowed());
        return new Call(guarded, call.caller(), call.path());
    }

    private <B, R> void run(Route<B, R> route, Call call) throws Exception {
        if (route.action().isPresent() && call.caller() instanceof Caller.Nobody) {
            // Before its body is read and its target looked up: neither is for strangers.
            permit(call.caller(), route.action().get(), Route.On.fleet());
        }
        boolean writes = !route.method().equals("GET");
        byte[] raw = writes ? call.exchange().body(BODY_BYTES_MAX) : new byte[0];
        B body = Json.read(route.body() == NoBody.class ? new byte[0] : raw, route.body());
        if (route.action().isPresent()) {
            permit(call.caller(), route.action().get(), route.target().of(call, body));
        }
        byte[] answer =
                writes
                        ? answered.once(call, raw, () -> Json.bytes(route.work().of(call, body)))
                        : Json.bytes(route.work().of(call, body));
        call.exchange().respond(200, "application/json", answer);
    }

    private void permit(Caller caller, Action action, Route.On on) {
        Decision decision = gate.decide(caller, action, on);
        if (!decision.allowed()) {
            boolean anonymous = caller instanceof Caller.Nobody;
            throw new ProblemException(
                    anonymous ? 401 : 403,
                    anonymous ? "not-signed-in" : decision.reasons().getFirst().code(),
                    anonymous
                            ? decision.reasons().getFirst().text()
                            : decision.reasons().getFirst().text()
                                    + " "
                                    + decision.reasons().getFirst().nextStep());
        }
    }

    private static void problem(Exchange exchange, Problem problem) throws IOException {
        exchange.respond(problem.status(), Problem.CONTENT_TYPE, Json.bytes(problem));
    }

    static Optional<Map<String, String>> match(String template, String path) {
        String[] want = template.split("/", -1);
        String[] have = path.split("/", -1);
        if (want.length != have.length) {
            return Optional.empty();
        }
        Map<String, String> parts = new HashMap<>();
        for (int i = 0; i < want.length; i++) {
            if (want[i].startsWith("{")) {
                parts.put(want[i].substring(1, want[i].length() - 1), have[i]);
            } else if (!want[i].equals(have[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parts);
    }
}

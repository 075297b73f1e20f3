package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import rein.detect.Observation.Connection;

/**
 * The same denied goal by three different routes: <b>three-routes</b>, suspends. A refusal was
 * understood and gone around, twice.
 *
 * <p><b>A goal</b> is a host: its name, and every address it is known by.
 *
 * <p><b>A route</b> is a way of speaking that somebody has to choose, never a retry, and never what
 * a client library chooses by itself. Only connections on which the client spoke count (a port
 * probe is a {@link Sweep}). The routes to one goal are:
 *
 * <ul>
 *   <li>web (HTTP, TLS, WebSocket) by name on 80 or 443, whether through the proxy or not, since
 *       half of all clients heed the proxy variables and half do not;
 *   <li>web by name on any other port;
 *   <li>web by the bare address;
 *   <li>TLS without a name, asked for by a name;
 *   <li>SSH, SOCKS and Stratum: each for itself, and each anew through the proxy, and each anew on
 *       a web port;
 *   <li>an unknown protocol on port 22, 80 or 443: something in disguise. On any other port it is a
 *       service of its own (a database, a queue), which is another goal.
 * </ul>
 *
 * What a known client reports on itself (reason {@code client-telemetry}) never counts, nor does
 * the metadata service, nor Rein's own ports, which have rules of their own.
 */
final class ThreeRoutes implements Detector<ThreeRoutes.State> {
    static final Rule RULE =
            Rule.of(
                    "three-routes",
                    attack("T1090"),
                    atlas("AML.T0053"),
                    asi("ASI01"),
                    asi("ASI02"),
                    asi("ASI10"));

    static final int ROUTES_MIN = 3;

    /** Longer than an agent's detour takes; shorter than a day's work with one host. */
    static final Duration SPAN = Duration.ofMinutes(15);

    /** Hosts denied lately; what was tried longest ago is forgotten first. */
    private static final int GOALS_MAX = 64;

    /** Names and addresses of one goal. */
    private static final int NAMES_MAX = 8;

    record Route(Evidence evidence, String name) implements Window.Timed {
        @Override
        public long nanos() {
            return evidence.nanos();
        }
    }

    record Goal(Set<String> names, List<Route> routes) {
        boolean isAny(Set<String> others) {
            return others.stream().anyMatch(names::contains);
        }
    }

    record State(List<Goal> goals) {}

    @Override
    public State start() {
        return new State(List.of());
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Connection connection)
                || !connection.denied()
                || connection.deniedFor(Observation.OWN_PORT)
                || MetadataProbe.isMetadata(connection)) {
            return Step.quiet(state);
        }
        return route(connection)
                .map(name -> tried(state, connection, new Route(connection.evidence(), name)))
                .orElse(Step.quiet(state));
    }

    private static Step<State> tried(State state, Connection connection, Route route) {
        Set<String> names = new HashSet<>();
        names.add(connection.host());
        connection.address().ifPresent(names::add);
        List<Goal> others = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        for (Goal goal : state.goals) {
            if (goal.isAny(names)) {
                goal.names.stream().limit(NAMES_MAX).forEach(names::add);
                routes.addAll(goal.routes);
            } else {
                others.add(goal);
            }
        }
        routes.add(route);
        Goal goal = new Goal(Set.copyOf(names), distinct(routes));
        others.add(goal);
        State next =
                new State(
                        List.copyOf(
                                others.subList(
                                        Math.max(0, others.size() - GOALS_MAX), others.size())));
        return goal.routes.size() < ROUTES_MIN
                ? Step.quiet(next)
                : Step.of(next, match(connection, goal));
    }

    /** The latest of each route, within the span that ends at the newest. */
    private static List<Route> distinct(List<Route> routes) {
        long newest = routes.stream().mapToLong(Route::nanos).max().orElseThrow();
        List<Route> latest = new ArrayList<>();
        for (int i = routes.size() - 1; i >= 0; i--) {
            Route route = routes.get(i);
            boolean known = latest.stream().anyMatch(other -> other.name.equals(route.name));
            if (!known && route.nanos() >= newest - SPAN.toNanos()) {
                latest.addFirst(route);
            }
        }
        return List.copyOf(latest);
    }

    private static Match match(Connection connection, Goal goal) {
        Set<String> names = new TreeSet<>(goal.routes.stream().map(Route::name).toList());
        return Match.suspending(
                RULE,
                connection.host(),
                "Tried to reach "
                        + Plain.text(connection.host(), Plain.HOST_CHARS_MAX)
                        + " by "
                        + goal.routes.size()
                        + " different routes after it was denied ("
                        + String.join(", ", names)
                        + ").",
                goal.routes.stream().map(Route::evidence).toList());
    }

    /** The name of the route, or nothing where the connection is none. */
    static Optional<String> route(Connection connection) {
        boolean webPort = connection.port() == 80 || connection.port() == 443;
        String onWeb = webPort ? " on a web port" : "";
        String proxied = connection.route().equals("transparent") ? "" : " through the proxy";
        return switch (connection.protocol()) {
            case "silent" -> Optional.empty();
            case "http", "tls", "websocket" ->
                    Optional.of(
                            connection.named()
                                    ? webPort ? "web" : "web on another port"
                                    : "web by address");
            case "tls-unnamed" ->
                    Optional.of(connection.named() ? "TLS without a name" : "web by address");
            case "ssh", "socks", "stratum" -> Optional.of(connection.protocol() + proxied + onWeb);
            default ->
                    webPort || connection.port() == 22
                            ? Optional.of("an unknown protocol" + onWeb)
                            : Optional.empty();
        };
    }
}

package rein.server.console;

import java.util.List;
import java.util.Optional;
import rein.identity.Caller;
import rein.server.api.SessionView;
import rein.server.api.SignIn;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.Exchange;
import rein.server.http.NoBody;
import rein.server.http.ProblemException;
import rein.server.http.Route;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/** {@code /v1/session}: a browser signs in with a person's token, and out again. */
public final class SessionRoutes {
    private final Sessions sessions;
    private final Recorder recorder;

    public SessionRoutes(Sessions sessions, Recorder recorder) {
        this.sessions = sessions;
        this.recorder = recorder;
    }

    public void addTo(Api api) {
        api.add(
                Route.open(
                        "POST",
                        "/v1/session",
                        "Sign in to the console with a person's token; sets a cookie",
                        SignIn.class,
                        SessionView.class,
                        this::signIn));
        api.add(
                Route.open(
                        "GET",
                        "/v1/session",
                        "Who is signed in",
                        NoBody.class,
                        SessionView.class,
                        (call, _) -> view(call.caller(), Optional.empty())));
        api.add(
                Route.open(
                        "DELETE",
                        "/v1/session",
                        "Sign out of the console",
                        NoBody.class,
                        SessionView.class,
                        (call, _) -> signOut(call)));
    }

    private SessionView signIn(Call call, SignIn request) {
        Exchange exchange = call.exchange();
        if (!Sessions.sameOrigin(exchange)) {
            throw new ProblemException(
                    403, "other-site", "Sign in on the console's own page, not from another site.");
        }
        Sessions.Opened opened =
                sessions.open(request.token().strip())
                        .orElseThrow(() ->
                                new ProblemException(
                                        401,
                                        "not-signed-in",
                                        "This is not a token of a person that is valid now."
                                                + " `rein token create --person NAME` makes one."));
        Caller caller = sessions.callerOf(request.token().strip());
        SessionView view = view(caller, Optional.of(opened.key()));
        record(view.person(), "signed-in");
        exchange.answerHeader(
                "Set-Cookie",
                Sessions.cookieName(exchange)
                        + "="
                        + opened.cookie()
                        + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
                        + Sessions.LASTS_MAX.toSeconds());
        return view;
    }

    private SessionView signOut(Call call) {
        SessionView view = view(call.caller(), Optional.empty());
        sessions.close(call.exchange());
        record(view.person(), "signed-out");
        call.exchange()
                .answerHeader(
                        "Set-Cookie",
                        Sessions.cookieName(call.exchange())
                                + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
        return view;
    }

    private static SessionView view(Caller caller, Optional<String> key) {
        return switch (caller) {
            case Caller.Nobody(String why) -> throw new ProblemException(401, "not-signed-in", why);
            case Caller.LocalRoot _ ->
                    new SessionView("root", List.of(Caller.OPERATOR), key, hours());
            case Caller.Person person ->
                    new SessionView(person.name(), List.copyOf(person.roles()), key, hours());
        };
    }

    private static long hours() {
        return Sessions.LASTS_MAX.toHours();
    }

    /** A log that takes nothing must not keep the off-switch from whoever signs in to use it. */
    private void record(String person, String change) {
        try {
            recorder.append(
                    Draft.of(Kind.SESSION_CHANGED).person(person).detail("change", change).build());
        } catch (RecordRefusedException e) {
            System.getLogger(SessionRoutes.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            person + " " + change + " and the log did not take it",
                            e);
        }
    }
}

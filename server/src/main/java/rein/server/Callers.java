package rein.server;

import java.util.Optional;
import rein.identity.Caller;
import rein.identity.Tokens;
import rein.identity.Verification;
import rein.server.console.Sessions;
import rein.server.http.Api;
import rein.server.http.Exchange;

/**
 * Who is calling the management API: root over the Unix socket, or whoever holds a person's token.
 */
final class Callers implements Api.Authenticator {
    private static final String BEARER = "Bearer ";
    private final Tokens tokens;
    private final Sessions sessions;

    Callers(Tokens tokens, Sessions sessions) {
        this.tokens = tokens;
        this.sessions = sessions;
    }

    @Override
    public Caller of(Exchange exchange) {
        Optional<String> peer = exchange.peerUser();
        if (peer.isPresent()) {
            return peer.get().equals("root")
                    ? new Caller.LocalRoot()
                    : new Caller.Nobody("Only root may use this machine's socket in this version.");
        }
        Optional<String> header = exchange.header("Authorization");
        if (header.isEmpty() && exchange.header("Cookie").isPresent()) {
            return sessions.of(exchange);
        }
        if (header.isEmpty() || !header.get().startsWith(BEARER)) {
            return new Caller.Nobody(
                    "Send a token: Authorization: Bearer rein_…; `rein token create --person NAME` makes one.");
        }
        return byToken(tokens, header.get().substring(BEARER.length()).strip());
    }

    static Caller byToken(Tokens tokens, String token) {
        return switch (tokens.verify(token)) {
            case Verification.Known(Caller.Person person) -> person;
            case Verification.Refused(Verification.Reason reason) ->
                    new Caller.Nobody(reason.explanation());
        };
    }
}

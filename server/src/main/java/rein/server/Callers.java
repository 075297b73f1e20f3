package rein.server;

import java.util.Optional;
import rein.identity.Caller;
import rein.identity.Tokens;
import rein.identity.Verification;
import rein.server.http.Api;
import rein.server.http.Exchange;

/**
 * Who is calling the management API: root over the Unix socket, or whoever holds a person's token.
 */
final class Callers implements Api.Authenticator {
    private static final String BEARER = "Bearer ";
    private final Tokens tokens;
    private final Peers peers;

    Callers(Tokens tokens, Peers peers) {
        this.tokens = tokens;
        this.peers = peers;
    }

    @Override
    public Caller of(Exchange exchange) {
        Optional<String> peer = exchange.peerUser();
        if (peer.isPresent() && peers.mayBeOfRun(exchange)) {
            return new Caller.Nobody("A process of a run has nothing to ask for here.");
        }
        if (peer.isPresent()) {
            return peer.get().equals("root")
                    ? new Caller.LocalRoot()
                    : new Caller.Nobody("Only root may use this machine's socket in this version.");
        }
        Optional<String> header = exchange.header("Authorization");
        if (header.isEmpty() || !header.get().startsWith(BEARER)) {
            return new Caller.Nobody(
                    "Send a token: Authorization: Bearer rein_…; `rein token create --person NAME` makes one.");
        }
        return switch (tokens.verify(header.get().substring(BEARER.length()).strip())) {
            case Verification.Known(Caller.Person person) -> person;
            case Verification.Refused(Verification.Reason reason) ->
                    new Caller.Nobody(reason.explanation());
        };
    }
}

package rein.server;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.identity.Caller;
import rein.identity.Tokens;
import rein.identity.Verification;
import rein.server.console.Sessions;
import rein.server.http.Api;
import rein.server.http.Exchange;

/**
 * Who is calling the management API: a user of this machine over the Unix socket, or whoever holds
 * a person's token.
 */
final class Callers implements Api.Authenticator {
    private static final String BEARER = "Bearer ";
    private final Tokens tokens;
    private final Sessions sessions;
    private final Peers peers;

    Callers(Tokens tokens, Sessions sessions, Peers peers) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.peers = peers;
    }

    @Override
    public Caller of(Exchange exchange) {
        Optional<Exchange.LocalPeer> peer = exchange.peer();
        if (peer.isPresent() && peers.mayBeOfRun(peer.get().process())) {
            return new Caller.Nobody("A process of a run has nothing to ask for here.");
        }
        if (peer.isPresent()) {
            int uid = peer.get().process().uid();
            return local(uid, Caller.ofPeer(uid, peer.get().login()));
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

    /** Whoever runs a node without root is its operator too. */
    private static Set<String> roles(int uid) {
        return uid == LocalUser.uid() ? Set.of("owner", Caller.OPERATOR) : Set.of("owner");
    }

    /** A person of this machine answers for what is theirs, and has no other role. */
    private static Caller local(int uid, Caller peer) {
        return switch (peer) {
            case Caller.Person(String name, SortedSet<String> _, String credential) ->
                    name.equals("root")
                            ? new Caller.Nobody("A user of another number is called root here.")
                            : new Caller.Person(name, new TreeSet<>(roles(uid)), credential);
            case Caller.LocalRoot root -> root;
            case Caller.Nobody nobody -> nobody;
        };
    }
}

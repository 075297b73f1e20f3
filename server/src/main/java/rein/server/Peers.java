package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import rein.sandbox.Peer;
import rein.sandbox.PeerProcess;
import rein.server.http.Exchange;

/**
 * The processes that call over this machine's Unix socket. A process of a run is refused whatever
 * user it is and however it came by the socket.
 */
final class Peers {
    private static final Path USERS = Path.of("/etc/passwd");

    private final LongPredicate isOfRun;

    /**
     * @param isOfRun whether a process is in the group of a run
     */
    Peers(LongPredicate isOfRun) {
        this.isOfRun = isOfRun;
    }

    /** Whether the caller may be a process of a run: it is one, or nobody can tell. */
    boolean mayBeOfRun(Peer peer) {
        return peer.pid() <= 0
                || isOfRun.test(peer.pid())
                || (PeerProcess.isBelow(peer.pid()).orElse(true)
                        && !PeerProcess.isLauncher(peer.pid()));
    }

    /** The name of whoever logged in and became the caller, where the kernel knows. */
    Optional<String> login(Exchange exchange) {
        return exchange.peer().flatMap(peer -> login(peer.process()));
    }

    private static Optional<String> login(Peer peer) {
        OptionalLong uid = PeerProcess.loginUser(peer.pid());
        return uid.isPresent() ? Optional.of(name(uid.getAsLong())) : Optional.empty();
    }

    private static String name(long uid) {
        try {
            return Files.readAllLines(USERS).stream()
                    .map(line -> line.split(":", -1))
                    .filter(parts -> parts.length > 2 && parts[2].equals(Long.toString(uid)))
                    .map(parts -> parts[0])
                    .findFirst()
                    .orElse("uid " + uid);
        } catch (IOException e) {
            return "uid " + uid;
        }
    }
}

package rein.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import rein.sandbox.Peer;

/**
 * One HTTP request and the way to answer it: blocking, on a virtual thread. Keeps Jetty's own types
 * in one package.
 */
public interface Exchange {
    String method();

    /** The path without its query, percent-encoding untouched. */
    String path();

    Optional<String> query(String name);

    Optional<String> header(String name);

    /** Adds a header to the answer, before it begins; takes the place of one of the same name. */
    void answerHeader(String name, String value);

    /** Who is at the other end of a Unix socket (SO_PEERCRED), or empty on TCP. */
    Optional<LocalPeer> peer();

    /**
     * A process of this machine.
     *
     * @param login the host's name of its uid, or the number where it has none
     */
    record LocalPeer(Peer process, String login) {}

    /**
     * The whole body.
     *
     * @throws ProblemException 413 when it is longer than {@code bytesMax}
     */
    byte[] body(int bytesMax) throws IOException;

    /** Sends a whole answer; called once. */
    void respond(int status, String contentType, byte[] body) throws IOException;

    /**
     * Starts an answer that is written piece by piece; each flush reaches the client. Close it to
     * end the answer.
     */
    OutputStream stream(int status, String contentType) throws IOException;
}

package rein.gateway.egress;

import java.util.Optional;

/** How a connection opens: what its first bytes show it to be. */
sealed interface Opening {
    /** RFC 4253 §4.2. */
    record Ssh() implements Opening {}

    record Tls(ClientHello hello) implements Opening {}

    /**
     * HTTP/1, or the preface of HTTP/2.
     *
     * @param version {@code HTTP/1.1}, where the request line ends within the bytes looked at
     */
    record Http(String method, Optional<String> version) implements Opening {}

    /** The protocol of mining pools. */
    record Stratum() implements Opening {}

    /**
     * SOCKS.
     *
     * @param version 4 or 5 (RFC 1928)
     */
    record Socks(int version) implements Opening {}

    record Unknown() implements Opening {}

    /** No byte within {@link Limits#PEEK_MILLIS_MAX}. */
    record Silent() implements Opening {}

    default Protocol protocol() {
        return switch (this) {
            case Ssh() -> Protocol.SSH;
            case Tls(ClientHello hello) ->
                    hello.serverName().isPresent() ? Protocol.TLS : Protocol.TLS_UNNAMED;
            case Http _ -> Protocol.HTTP;
            case Stratum() -> Protocol.STRATUM;
            case Socks _ -> Protocol.SOCKS;
            case Unknown() -> Protocol.UNKNOWN;
            case Silent() -> Protocol.SILENT;
        };
    }
}

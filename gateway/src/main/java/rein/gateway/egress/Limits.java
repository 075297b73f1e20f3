package rein.gateway.egress;

/** Every bound of the egress door, with its unit and its reason. */
final class Limits {
    /** Connections open at once per run; a browser or a parallel build uses well under 100. */
    static final int CONNECTIONS_PER_RUN_MAX = 256;

    /** Connections open at once per node; at two relay buffers each this is at most 512 MiB. */
    static final int CONNECTIONS_PER_NODE_MAX = 4_096;

    /**
     * A run may hold one of so many free places: eight runs can have all that one may have, and
     * what is left can be shared out for ever.
     */
    static final int CONNECTIONS_FREE_PER_SHARE = 8;

    /**
     * How long a client may stay silent before it counts as {@code silent}. Clients of SSH, TLS and
     * HTTP speak at once, but under a CPU quota a start may take seconds; too short would deny
     * them, too long delays only protocols where the server speaks first, which need a policy of
     * their own.
     */
    static final int PEEK_MILLIS_MAX = 3_000;

    /**
     * How long a client may stay silent before the door asks whether policy permits a protocol in
     * which the upstream speaks first. Clients that speak first mostly do so within a few; one that
     * is late is still served, at the price of a connection that is closed unused.
     */
    static final int SILENCE_MILLIS_MAX = 300;

    /** A banner is awaited this long; mail servers hold theirs back for up to 20 s on purpose. */
    static final long BANNER_MILLIS_MAX = 30_000;

    /** How often, while a banner is awaited, the client is looked at. */
    static final int BANNER_SLICE_MILLIS = 50;

    /** A greeting of several lines; RFC 5321 §4.5.3.1.5 allows 512 bytes a line. */
    static final int BANNER_BYTES_MAX = 2 * 1024;

    /** A SOCKS head: 262 bytes with the longest name, and as much again for a SOCKS4 user. */
    static final int SOCKS_BYTES_MAX = 600;

    /** A SOCKS head is awaited this long; clients send it in one packet. */
    static final int SOCKS_MILLIS_MAX = 10_000;

    /** First bytes looked at; every protocol but TLS and JSON shows itself in fewer. */
    static final int PEEK_BYTES_MAX = 64;

    /** A whole ClientHello; the largest with post-quantum keys and ECH are under 4 KiB. */
    static final int HELLO_BYTES_MAX = 16 * 1024;

    /** First line of a JSON protocol; miners' first lines are under 300 bytes. */
    static final int JSON_BYTES_MAX = 1_024;

    /** First bytes kept as evidence of a denial. */
    static final int EVIDENCE_BYTES_MAX = 512;

    /** A TCP connection to a checked address; Linux alone would try for two minutes. */
    static final int CONNECT_MILLIS_MAX = 10_000;

    /**
     * A corporate proxy answers CONNECT once it has resolved and dialed itself, which Linux alone
     * would let take two minutes; the agent is waiting.
     */
    static final int PROXY_MILLIS_MAX = 30_000;

    /** Addresses of one name that are checked; more are not dialed. */
    static final int ADDRESSES_MAX = 16;

    /** Addresses of one name that are dialed one after the other. */
    static final int DIALS_MAX = 4;

    /** A flow without a byte either way is closed; long polls and SSE send something in this. */
    static final long IDLE_SECONDS_MAX = 900;

    /** How often the sweeper looks for idle flows and finished denial windows. */
    static final long SWEEP_MILLIS = 1_000;

    /** Smallest relay buffer; most flows never need more. */
    static final int RELAY_BYTES_MIN = 8 * 1024;

    /** Largest relay buffer; above it loopback throughput no longer grew when measured. */
    static final int RELAY_BYTES_MAX = 64 * 1024;

    /** Header of one HTTP message; nginx and Jetty allow 8 KiB by default, cookies need more. */
    static final int HEADER_BYTES_MAX = 32 * 1024;

    /** Fields of one HTTP message. */
    static final int FIELDS_MAX = 128;

    /** HTTP method; the longest registered one has 17 characters. */
    static final int METHOD_CHARS_MAX = 32;

    /** 1xx responses before a final one. */
    static final int INTERIM_MAX = 16;

    /** After an answer the rest is read and dropped this long, so that the answer is not reset. */
    static final int LINGER_MILLIS_MAX = 500;

    /** Reads of up to 4 KiB each that are dropped after an answer. */
    static final int LINGER_READS_MAX = 64;

    /** How long closing a run waits for its flows to write their last record. */
    static final long CLOSE_MILLIS_MAX = 2_000;

    private Limits() {}
}

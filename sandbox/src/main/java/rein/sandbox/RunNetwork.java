package rein.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network of one run: no interface but loopback, and on it the gateway's three listeners, bound
 * by this process inside the run's namespace. Every TCP connection, whatever its destination,
 * arrives at {@link #tcp()}; every DNS query at {@link #dns()}; everything else is refused and
 * counted. There is no route to anywhere, so the rules only decide how an attempt ends, not whether
 * it leaves.
 */
public final class RunNetwork implements AutoCloseable {
    /** The run's own address; RFC 2544 benchmark range, never routed. */
    public static final String ADDRESS = "198.18.0.1";

    public static final int TCP_PORT = 15001;
    public static final int PROXY_PORT = 3128;
    public static final int DNS_PORT = 15053;

    /** Connections that wait to be accepted; above it the client's connect waits. */
    private static final int BACKLOG_MAX = 1024;

    // The default route on lo is what lets connect() reach the redirecting hook at all.
    private static final String LINKS =
            """
            link set lo up
            addr add %1$s/32 dev lo
            route add default dev lo src %1$s
            """
                    .formatted(ADDRESS);

    private static final String RULES =
            """
            flush ruleset
            table ip rein {
              counter refused_udp { }
              counter refused_icmp { }
              counter refused_other { }
              chain to_gateway {
                type nat hook output priority -100; policy accept;
                ip daddr 127.0.0.0/8 return
                meta l4proto tcp redirect to :%d
                udp dport 53 redirect to :%d
              }
              chain rest {
                type filter hook output priority 0; policy drop;
                ip daddr 127.0.0.0/8 accept
                ct status dnat accept
                ct state related accept
                meta l4proto udp counter name refused_udp reject with icmp type admin-prohibited
                meta l4proto icmp counter name refused_icmp reject with icmp type admin-prohibited
                counter name refused_other reject with icmp type admin-prohibited
              }
            }
            table ip6 rein6 {
              counter refused_ipv6 { }
              chain rest {
                type filter hook output priority 0; policy drop;
                oifname "lo" ip6 daddr ::1 accept
                counter name refused_ipv6 reject
              }
            }
            """
                    .formatted(TCP_PORT, DNS_PORT);

    private static final Pattern COUNTER =
            Pattern.compile("counter refused_(\\w+) \\{\\s+packets (\\d+)");

    private final NetworkNamespace namespace;
    private final ServerSocketChannel tcp;
    private final ServerSocketChannel proxy;
    private final DatagramChannel dns;

    private RunNetwork(
            NetworkNamespace namespace,
            ServerSocketChannel tcp,
            ServerSocketChannel proxy,
            DatagramChannel dns) {
        this.namespace = namespace;
        this.tcp = tcp;
        this.proxy = proxy;
        this.dns = dns;
    }

    public static RunNetwork open(Linux linux) {
        return open(NetworkNamespace.create(linux));
    }

    /**
     * As {@link #open(Linux)}, in a namespace that somebody else made: links and rules become ours,
     * whatever was there. Closes it with the network, or when this fails.
     */
    static RunNetwork open(NetworkNamespace namespace) {
        try {
            return namespace.inside(() -> {
                setUp();
                return new RunNetwork(namespace, listen(TCP_PORT), listen(PROXY_PORT), receive());
            });
        } catch (SandboxException e) {
            namespace.close();
            throw e;
        }
    }

    /** Links and rules, in the network namespace of the calling thread. */
    static void setUp() {
        Tool.run(List.of("ip", "-batch", "-"), LINKS);
        Tool.run(List.of("nft", "-f", "-"), RULES);
    }

    /** Of listeners that were bound elsewhere. */
    static RunNetwork of(
            NetworkNamespace namespace,
            ServerSocketChannel tcp,
            ServerSocketChannel proxy,
            DatagramChannel dns) {
        return new RunNetwork(namespace, tcp, proxy, dns);
    }

    /**
     * The network of a run that an earlier node began: addresses, rules and their counters are the
     * namespace's own and have stayed; the listeners are bound anew.
     */
    static RunNetwork adopt(NetworkNamespace namespace) {
        try {
            return namespace.inside(() ->
                    new RunNetwork(namespace, listen(TCP_PORT), listen(PROXY_PORT), receive()));
        } catch (SandboxException e) {
            namespace.close();
            throw e;
        }
    }

    static ServerSocketChannel listen(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
        channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG_MAX);
        return channel;
    }

    static DatagramChannel receive() throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), DNS_PORT));
        return channel;
    }

    /** Blocking; accepts redirected connections: ask {@link OriginalDestination} whereto. */
    public ServerSocketChannel tcp() {
        return tcp;
    }

    /** Blocking; 127.0.0.1:3128 in the run, for CONNECT and absolute-form requests. */
    public ServerSocketChannel proxy() {
        return proxy;
    }

    /** Blocking; receives all DNS queries over UDP; answer to the sender's address. */
    public DatagramChannel dns() {
        return dns;
    }

    /** A new unconnected socket of the run, with which this process reaches what listens there. */
    public SocketChannel socket() {
        return namespace.inside(() -> SocketChannel.open(StandardProtocolFamily.INET));
    }

    public NetworkNamespace namespace() {
        return namespace;
    }

    /** Packets refused so far: {@code udp}, {@code icmp}, {@code ipv6}, {@code other}. */
    public SortedMap<String, Long> counters() {
        String listing = namespace.tool(List.of("nft", "list", "counters"));
        SortedMap<String, Long> counters = new TreeMap<>();
        Matcher matcher = COUNTER.matcher(listing);
        while (matcher.find()) {
            counters.put(matcher.group(1), Long.valueOf(matcher.group(2)));
        }
        return Collections.unmodifiableSortedMap(counters);
    }

    /** Closes listeners and namespace: whatever still runs in it has no network any more. */
    @Override
    public void close() {
        for (AutoCloseable resource : List.of(tcp, proxy, dns, namespace)) {
            try {
                resource.close();
            } catch (Exception e) {
                // Closing goes on: the descriptors are gone either way.
            }
        }
    }
}

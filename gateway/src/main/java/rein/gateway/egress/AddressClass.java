package rein.gateway.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * What kind of address this is (IANA special-purpose registries, RFC 6890). Everything but {@link
 * #PUBLIC} is reached only by an exact grant.
 */
public enum AddressClass {
    PUBLIC,
    LOOPBACK,
    PRIVATE,
    LINK_LOCAL,
    /** Where clouds serve credentials to whoever asks. */
    METADATA,
    /** RFC 6598. */
    CGNAT,
    MULTICAST,
    /** Linux connects 0.0.0.0 and :: to the machine itself. */
    UNSPECIFIED,
    /** An IPv4 address in an IPv6 one (6to4, IPv4-compatible), public by itself. */
    MAPPED,
    /** An address of this machine's own interfaces. */
    OWN,
    /** Documentation, benchmarking, former class E and whatever is not assigned. */
    RESERVED;

    private record Block(InetAddress network, int bits, AddressClass of) {
        private boolean holds(byte[] address) {
            byte[] prefix = network.getAddress();
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (prefix[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The first block that holds an address decides. */
    private static final List<Block> BLOCKS =
            List.of(
                    block("169.254.169.254/32", METADATA), // AWS, Google, Azure, OpenStack
                    block("169.254.170.2/32", METADATA), // AWS container credentials
                    block("169.254.170.23/32", METADATA), // AWS pod identity
                    block("100.100.100.200/32", METADATA), // Alibaba
                    block("168.63.129.16/32", METADATA), // Azure wire server
                    block("192.0.0.192/32", METADATA), // Oracle, classic
                    block("0.0.0.0/8", UNSPECIFIED),
                    block("10.0.0.0/8", PRIVATE),
                    block("100.64.0.0/10", CGNAT),
                    block("127.0.0.0/8", LOOPBACK),
                    block("169.254.0.0/16", LINK_LOCAL),
                    block("172.16.0.0/12", PRIVATE),
                    block("192.0.0.0/24", RESERVED),
                    block("192.0.2.0/24", RESERVED),
                    block("192.88.99.0/24", RESERVED),
                    block("192.168.0.0/16", PRIVATE),
                    block("198.18.0.0/15", RESERVED),
                    block("198.51.100.0/24", RESERVED),
                    block("203.0.113.0/24", RESERVED),
                    block("224.0.0.0/4", MULTICAST),
                    block("240.0.0.0/4", RESERVED),
                    block("0.0.0.0/0", PUBLIC),
                    block("::/128", UNSPECIFIED),
                    block("::1/128", LOOPBACK),
                    block("fd00:ec2::254/128", METADATA),
                    block("fd00:ec2::23/128", METADATA),
                    block("fd20:ce::254/128", METADATA), // Google
                    block("fc00::/7", PRIVATE),
                    block("fe80::/10", LINK_LOCAL),
                    block("fec0::/10", PRIVATE),
                    block("ff00::/8", MULTICAST),
                    block("2001::/23", RESERVED), // Teredo, ORCHID and other protocol blocks
                    block("2001:db8::/32", RESERVED),
                    block("3fff::/20", RESERVED),
                    block("2000::/3", PUBLIC),
                    block("::/0", RESERVED));

    private static final Block NAT64 = block("64:ff9b::/96", PUBLIC);
    private static final Block SIX_TO_FOUR = block("2002::/16", MAPPED);
    private static final Block MAPPED_V4 = block("::ffff:0:0:0/96", MAPPED);
    private static final Block COMPATIBLE = block("::/96", MAPPED);

    /** The name in records and in policy: lower-case-dashed. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Classifies by the address alone, so never {@link #OWN}. An IPv4 address inside an IPv6 one is
     * unwrapped and classified itself; a public one behind NAT64 (RFC 6052) is public, since on a
     * machine without IPv4 every name resolves to such addresses.
     */
    public static AddressClass of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            if (NAT64.holds(bytes)) {
                return of(four(bytes, 12));
            }
            if (SIX_TO_FOUR.holds(bytes)) {
                return wrapped(four(bytes, 2));
            }
            boolean low = COMPATIBLE.holds(bytes) && (bytes[12] | bytes[13] | bytes[14]) != 0;
            if (MAPPED_V4.holds(bytes) || mapped(bytes) || low) {
                return wrapped(four(bytes, 12));
            }
        }
        for (Block block : BLOCKS) {
            if (block.holds(bytes)) {
                return block.of();
            }
        }
        return RESERVED;
    }

    /** {@code ::ffff:a.b.c.d}, which the JDK turns into IPv4 wherever it can. */
    private static boolean mapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1;
    }

    private static AddressClass wrapped(InetAddress inner) {
        AddressClass of = of(inner);
        return of == PUBLIC ? MAPPED : of;
    }

    private static InetAddress four(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]});
        } catch (UnknownHostException notFourBytes) {
            throw new IllegalStateException(notFourBytes);
        }
    }

    private static Block block(String cidr, AddressClass of) {
        int slash = cidr.indexOf('/');
        InetAddress network = InetAddress.ofLiteral(cidr.substring(0, slash));
        return new Block(network, Integer.parseInt(cidr.substring(slash + 1)), of);
    }
}

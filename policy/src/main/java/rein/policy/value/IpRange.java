package rein.policy.value;

import java.util.Optional;

/**
 * Cedar's {@code ipaddr}: an address with a prefix length. A plain address has the full length.
 * IPv4 inside IPv6 notation ({@code ::ffff:10.0.0.1}) is not accepted, as in Cedar; written in
 * hexadecimal it is an IPv6 address and never equal to an IPv4 one.
 *
 * @param high the first 64 bits; 0 for IPv4
 * @param low the last 64 bits; for IPv4 the 32 bits of the address
 */
public record IpRange(boolean v6, long high, long low, int prefix) {
    /** {@code ABCD:EF01:2345:6789:ABCD:EF01:2345:6789/128} has 43 characters. */
    private static final int CHARS_MAX = 43;

    private static final int GROUPS = 8;

    public static Optional<IpRange> parse(String text) {
        if (text.length() > CHARS_MAX) {
            return Optional.empty();
        }
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        Optional<IpRange> single = address.indexOf(':') < 0 ? parseV4(address) : parseV6(address);
        if (slash < 0 || single.isEmpty()) {
            return single;
        }
        IpRange range = single.get();
        int prefix = number(text.substring(slash + 1), range.prefix);
        return prefix < 0
                ? Optional.empty()
                : Optional.of(new IpRange(range.v6, range.high, range.low, prefix));
    }

    public boolean isLoopback() {
        return v6 ? high == 0 && low == 1 && prefix == 128 : low >>> 24 == 127 && prefix >= 8;
    }

    public boolean isMulticast() {
        return v6 ? high >>> 56 == 0xff && prefix >= 8 : low >>> 28 == 0xe && prefix >= 4;
    }

    /** True if every address of this range is in the other. */
    public boolean isIn(IpRange other) {
        if (v6 != other.v6 || prefix < other.prefix) {
            return false;
        }
        int shared = other.prefix;
        if (!v6) {
            return shared == 0 || (low ^ other.low) >>> (32 - shared) == 0;
        }
        boolean highSame = shared == 0 || (high ^ other.high) >>> Math.max(0, 64 - shared) == 0;
        return highSame && (shared <= 64 || (low ^ other.low) >>> (128 - shared) == 0);
    }

    private static Optional<IpRange> parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        long bits = 0;
        for (String part : parts) {
            int octet = number(part, 255);
            if (octet < 0) {
                return Optional.empty();
            }
            bits = bits << 8 | octet;
        }
        return Optional.of(new IpRange(false, 0, bits, 32));
    }

    /** RFC 4291 §2.2, forms 1 and 2; the {@code ::} stands for at least one group. */
    private static Optional<IpRange> parseV6(String text) {
        int gap = text.indexOf("::");
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            return groups(text, groups, 0) == GROUPS ? Optional.of(v6(groups)) : Optional.empty();
        }
        String before = text.substring(0, gap);
        String after = text.substring(gap + 2);
        int[] tail = new int[GROUPS];
        int head = before.isEmpty() ? 0 : groups(before, groups, 0);
        int rest = after.isEmpty() ? 0 : groups(after, tail, 0);
        if (head < 0 || rest < 0 || head + rest >= GROUPS) {
            return Optional.empty();
        }
        System.arraycopy(tail, 0, groups, GROUPS - rest, rest);
        return Optional.of(v6(groups));
    }

    /** Returns how many groups were read, or -1. */
    private static int groups(String text, int[] into, int from) {
        String[] parts = text.split(":", -1);
        if (from + parts.length > GROUPS) {
            return -1;
        }
        for (int i = 0; i < parts.length; i++) {
            int value = hexadecimal(parts[i]);
            if (value < 0) {
                return -1;
            }
            into[from + i] = value;
        }
        return parts.length;
    }

    private static IpRange v6(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return new IpRange(true, high, low, 128);
    }

    private static int hexadecimal(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    /** Up to three ASCII digits without a leading zero, at most max; otherwise -1. */
    private static int number(String text, int max) {
        if (text.isEmpty() || text.length() > 3 || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= max ? value : -1;
    }
}

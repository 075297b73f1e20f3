package rein.inspect.view;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Runs of base64 or hexadecimal in a text that decode to something readable. */
public final class EncodedRuns {
    /** Fifteen bytes: less holds nothing that any rule looks for. */
    private static final int RUN_BYTES_MIN = 20;

    /** Of one run; what is longer is looked at so far. */
    private static final int RUN_BYTES_MAX = 1024 * 1024;

    /** Of what gzip makes of a run. */
    private static final int UNPACKED_BYTES_MAX = 1024 * 1024;

    /** So much of it shows whether it is text. */
    private static final int SAMPLE_BYTES = 18;

    private static final byte[] KIND = new byte[128];

    static {
        for (char c = 'A'; c <= 'Z'; c++) {
            KIND[c] = 1;
            KIND[c + 32] = 1;
        }
        for (char c = '0'; c <= '9'; c++) {
            KIND[c] = 1;
        }
        for (byte c : new byte[] {'+', '/', '-', '_'}) {
            KIND[c] = 1;
        }
    }

    private EncodedRuns() {}

    /**
     * One run: from {@code start} to {@code end}, padding included; {@code view} is base64, hex or
     * base64+gzip.
     */
    public static final class Run {
        private final int start;
        private final int end;
        private final String view;
        private final byte[] decoded;

        Run(int start, int end, String view, byte[] decoded) {
            this.start = start;
            this.end = end;
            this.view = view;
            this.decoded = decoded;
        }

        public int start() {
            return start;
        }

        public int end() {
            return end;
        }

        public String view() {
            return view;
        }

        public byte[] decoded() {
            return decoded;
        }
    }

    /**
     * All readable runs.
     *
     * @param budgetBytes how much may be decoded in all
     */
    public static List<Run> in(byte[] text, int to, long budgetBytes) {
        List<Run> runs = new ArrayList<>();
        long left = budgetBytes;
        int i = 0;
        while (i < to) {
            if (text[i] < 0 || KIND[text[i]] == 0) {
                i++;
                continue;
            }
            int start = i;
            while (i < to && text[i] >= 0 && KIND[text[i]] != 0) {
                i++;
            }
            if (i - start >= RUN_BYTES_MIN && left > 0) {
                int end = i;
                while (end < to && end - i < 2 && text[end] == '=') {
                    end++;
                }
                Optional<Run> run = decoded(text, start, Math.min(i, start + RUN_BYTES_MAX), end);
                if (run.isPresent()) {
                    runs.add(run.get());
                    left -= run.get().decoded().length;
                }
                i = end;
            }
        }
        return runs;
    }

    private static Optional<Run> decoded(byte[] text, int start, int stop, int end) {
        int length = stop - start;
        if (length % 2 == 0 && isHex(text, start, stop)) {
            byte[] bytes =
                    HexFormat.of()
                            .parseHex(new String(text, start, length, StandardCharsets.ISO_8859_1));
            return isReadable(bytes)
                    ? Optional.of(new Run(start, end, "hex", bytes))
                    : Optional.empty();
        }
        if (!isReadable(base64(text, start, start + Math.min(length, SAMPLE_BYTES / 3 * 4)))
                && !isGzip(base64(text, start, start + 4))) {
            return Optional.empty();
        }
        byte[] bytes =
                base64(text, start, start + length / 4 * 4 + (length % 4 == 1 ? 0 : length % 4));
        if (!isGzip(bytes)) {
            return Optional.of(new Run(start, end, "base64", bytes));
        }
        return unpacked(bytes).map(plain -> new Run(start, end, "base64+gzip", plain));
    }

    private static byte[] base64(byte[] text, int from, int to) {
        byte[] run = Arrays.copyOfRange(text, from, to);
        for (int i = 0; i < run.length; i++) {
            run[i] = run[i] == '-' ? (byte) '+' : run[i] == '_' ? (byte) '/' : run[i];
        }
        try {
            return Base64.getDecoder().decode(run);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static boolean isHex(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (Character.digit(text[i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isReadable(byte[] bytes) {
        int seen = Math.min(bytes.length, SAMPLE_BYTES);
        for (int i = 0; i < seen; i++) {
            boolean spaces = bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t';
            if (!spaces && (bytes[i] < ' ' || bytes[i] == 127)) {
                return false;
            }
        }
        return seen > 0;
    }

    /** RFC 1952 §2.3.1. */
    public static boolean isGzip(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    }

    /** What is in it, as far as the bound goes; empty if it is damaged from the beginning. */
    public static Optional<byte[]> unpacked(byte[] bytes) {
        byte[] out = new byte[UNPACKED_BYTES_MAX];
        int length = 0;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            int read = in.read(out);
            while (read > 0) {
                length += read;
                read = in.read(out, length, out.length - length);
            }
        } catch (IOException cutShort) {
            if (length == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(Arrays.copyOf(out, length));
    }
}

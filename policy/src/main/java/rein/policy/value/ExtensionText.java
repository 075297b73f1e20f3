package rein.policy.value;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The texts of Cedar's extension types: {@code ip("10.0.0.0/8")}, {@code decimal("1.5")}, {@code
 * datetime("2026-11-01T08:00:00Z")}, {@code duration("1d2h")}.
 */
public final class ExtensionText {
    private static final int DECIMAL_DIGITS = 4;

    /** 20 digits hold every 64-bit number; more can only overflow (or be leading zeros). */
    private static final int DIGITS_MAX = 64;

    private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
    private static final long[] UNIT_MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};

    private final String text;
    private int offset;

    private ExtensionText(String text) {
        this.text = text;
    }

    public static Datum parse(String constructor, String text) throws EvaluationException {
        return switch (constructor) {
            case "ip" -> ip(text);
            case "decimal" -> decimal(text);
            case "datetime" -> new ExtensionText(text).datetime();
            case "duration" -> new ExtensionText(text).duration();
            default ->
                    throw new EvaluationException(
                            "unknown extension type " + Quoting.shown(constructor));
        };
    }

    public static Datum.Ip ip(String text) throws EvaluationException {
        return new Datum.Ip(
                IpRange.parse(text)
                        .orElseThrow(() -> bad("an IP address or range like 10.0.0.0/8", text)));
    }

    public static Datum.Decimal decimal(String text) throws EvaluationException {
        String usage = "a decimal like 1.25 with one to four digits after the point";
        int point = text.indexOf('.');
        boolean negative = text.startsWith("-");
        int from = negative ? 1 : 0;
        if (point <= from) {
            throw bad(usage, text);
        }
        String whole = text.substring(from, point);
        String fraction = text.substring(point + 1);
        if (!isDigits(whole)
                || !isDigits(fraction)
                || whole.length() > DIGITS_MAX
                || fraction.length() > DECIMAL_DIGITS) {
            throw bad(usage, text);
        }
        BigInteger scaled =
                new BigInteger(whole + fraction + "0".repeat(DECIMAL_DIGITS - fraction.length()));
        try {
            return new Datum.Decimal((negative ? scaled.negate() : scaled).longValueExact());
        } catch (ArithmeticException _) {
            throw new EvaluationException("decimal overflow in " + Quoting.literal(text));
        }
    }

    /** A date; or a date, a time and Z or an offset, with or without milliseconds. */
    private Datum.Datetime datetime() throws EvaluationException {
        try {
            int year = digits(4);
            take('-');
            int month = digits(2);
            take('-');
            int day = digits(2);
            if (offset == text.length()) {
                return millis(LocalDateTime.of(year, month, day, 0, 0), 0, 0);
            }
            take('T');
            int hour = digits(2);
            take(':');
            int minute = digits(2);
            take(':');
            int second = digits(2);
            int millis = 0;
            if (peek() == '.') {
                take('.');
                millis = digits(3);
            }
            long offsetMinutes = offsetMinutes();
            if (offset != text.length()) {
                throw badDatetime();
            }
            LocalDateTime local = LocalDateTime.of(year, month, day, hour, minute, second);
            return millis(local, millis, offsetMinutes);
        } catch (DateTimeException _) {
            throw badDatetime();
        }
    }

    private static Datum.Datetime millis(LocalDateTime local, int millis, long offsetMinutes) {
        long seconds = local.toEpochSecond(ZoneOffset.UTC) - offsetMinutes * 60;
        return new Datum.Datetime(seconds * 1000 + millis);
    }

    private long offsetMinutes() throws EvaluationException {
        char sign = peek();
        offset++;
        if (sign == 'Z') {
            return 0;
        }
        if (sign != '+' && sign != '-') {
            throw badDatetime();
        }
        int hours = digits(2);
        int minutes = digits(2);
        if (hours > 23 || minutes > 59) {
            throw badDatetime();
        }
        long total = hours * 60L + minutes;
        return sign == '+' ? total : -total;
    }

    /** Quantities with units in falling order, each at most once, at least one. */
    private Datum.Duration duration() throws EvaluationException {
        boolean negative = peek() == '-';
        offset = negative ? 1 : 0;
        int unit = 0;
        BigInteger total = BigInteger.ZERO;
        if (offset == text.length()) {
            throw badDuration();
        }
        while (offset < text.length()) {
            int from = offset;
            while (offset < text.length() && isDigit(text.charAt(offset))) {
                offset++;
            }
            String quantity = text.substring(from, offset);
            from = offset;
            while (offset < text.length() && !isDigit(text.charAt(offset))) {
                offset++;
            }
            String name = text.substring(from, offset);
            while (unit < UNITS.length && !UNITS[unit].equals(name)) {
                unit++;
            }
            if (unit == UNITS.length || quantity.isEmpty() || quantity.length() > DIGITS_MAX) {
                throw badDuration();
            }
            BigInteger factor = BigInteger.valueOf(UNIT_MILLIS[unit++]);
            total = total.add(new BigInteger(quantity).multiply(factor));
        }
        try {
            return new Datum.Duration((negative ? total.negate() : total).longValueExact());
        } catch (ArithmeticException _) {
            throw new EvaluationException("duration overflow in " + Quoting.literal(text));
        }
    }

    private int digits(int count) throws EvaluationException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            char c = peek();
            if (!isDigit(c)) {
                throw badDatetime();
            }
            value = value * 10 + (c - '0');
            offset++;
        }
        return value;
    }

    private void take(char expected) throws EvaluationException {
        if (peek() != expected) {
            throw badDatetime();
        }
        offset++;
    }

    /** The next character, or NUL at the end, which no format contains. */
    private char peek() {
        return offset < text.length() ? text.charAt(offset) : '\0';
    }

    private EvaluationException badDatetime() {
        return bad("a datetime like 2026-11-01 or 2026-11-01T08:00:00Z", text);
    }

    private EvaluationException badDuration() {
        return bad("a duration like 1d2h3m4s5ms", text);
    }

    private static EvaluationException bad(String usage, String text) {
        return new EvaluationException("expected " + usage + ", got " + Quoting.literal(text));
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isDigit((char) c));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}

package rein.policy.value;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The functions of Cedar's extension types. A call with the wrong number of arguments parses and
 * then fails on evaluation, as in Cedar.
 */
public enum ExtensionFunction {
    IP("ip", false),
    DECIMAL("decimal", false),
    DATETIME("datetime", false),
    DURATION("duration", false),
    IS_IPV4("isIpv4", true),
    IS_IPV6("isIpv6", true),
    IS_LOOPBACK("isLoopback", true),
    IS_MULTICAST("isMulticast", true),
    IS_IN_RANGE("isInRange", true),
    LESS_THAN("lessThan", true),
    LESS_THAN_OR_EQUAL("lessThanOrEqual", true),
    GREATER_THAN("greaterThan", true),
    GREATER_THAN_OR_EQUAL("greaterThanOrEqual", true),
    OFFSET("offset", true),
    DURATION_SINCE("durationSince", true),
    TO_DATE("toDate", true),
    TO_TIME("toTime", true),
    TO_MILLISECONDS("toMilliseconds", true),
    TO_SECONDS("toSeconds", true),
    TO_MINUTES("toMinutes", true),
    TO_HOURS("toHours", true),
    TO_DAYS("toDays", true);

    private static final long DAY_MILLIS = 86_400_000;

    private final String word;
    private final boolean method;

    ExtensionFunction(String word, boolean method) {
        this.word = word;
        this.method = method;
    }

    public String word() {
        return word;
    }

    /** Called on its first argument, {@code a.isInRange(b)}; else as {@code ip("…")}. */
    public boolean isMethod() {
        return method;
    }

    public static Optional<ExtensionFunction> find(String word, boolean method) {
        return Arrays.stream(values())
                .filter(f -> f.method == method && f.word.equals(word))
                .findFirst();
    }

    public static List<String> words(boolean method) {
        return Arrays.stream(values()).filter(f -> f.method == method).map(f -> f.word).toList();
    }

    public Datum call(Datum[] arguments) throws EvaluationException {
        int wanted = arity();
        if (arguments.length != wanted) {
            throw new EvaluationException(
                    word + " takes " + wanted + " arguments, got " + arguments.length);
        }
        return switch (this) {
            case IP, DECIMAL, DATETIME, DURATION ->
                    ExtensionText.parse(word, arguments[0].asText());
            case IS_IPV4 -> Datum.Bool.of(!ip(arguments[0]).v6());
            case IS_IPV6 -> Datum.Bool.of(ip(arguments[0]).v6());
            case IS_LOOPBACK -> Datum.Bool.of(ip(arguments[0]).isLoopback());
            case IS_MULTICAST -> Datum.Bool.of(ip(arguments[0]).isMulticast());
            case IS_IN_RANGE -> Datum.Bool.of(ip(arguments[0]).isIn(ip(arguments[1])));
            case LESS_THAN -> Datum.Bool.of(decimal(arguments[0]) < decimal(arguments[1]));
            case LESS_THAN_OR_EQUAL ->
                    Datum.Bool.of(decimal(arguments[0]) <= decimal(arguments[1]));
            case GREATER_THAN -> Datum.Bool.of(decimal(arguments[0]) > decimal(arguments[1]));
            case GREATER_THAN_OR_EQUAL ->
                    Datum.Bool.of(decimal(arguments[0]) >= decimal(arguments[1]));
            case OFFSET, DURATION_SINCE, TO_DATE, TO_TIME -> ofDatetime(arguments);
            case TO_MILLISECONDS -> new Datum.Int(duration(arguments[0]));
            case TO_SECONDS -> new Datum.Int(duration(arguments[0]) / 1000);
            case TO_MINUTES -> new Datum.Int(duration(arguments[0]) / 60_000);
            case TO_HOURS -> new Datum.Int(duration(arguments[0]) / 3_600_000);
            case TO_DAYS -> new Datum.Int(duration(arguments[0]) / DAY_MILLIS);
        };
    }

    private int arity() {
        return switch (this) {
            case IS_IN_RANGE,
                    LESS_THAN,
                    LESS_THAN_OR_EQUAL,
                    GREATER_THAN,
                    GREATER_THAN_OR_EQUAL,
                    OFFSET,
                    DURATION_SINCE ->
                    2;
            case IP,
                    DECIMAL,
                    DATETIME,
                    DURATION,
                    IS_IPV4,
                    IS_IPV6,
                    IS_LOOPBACK,
                    IS_MULTICAST,
                    TO_DATE,
                    TO_TIME,
                    TO_MILLISECONDS,
                    TO_SECONDS,
                    TO_MINUTES,
                    TO_HOURS,
                    TO_DAYS ->
                    1;
        };
    }

    private Datum ofDatetime(Datum[] arguments) throws EvaluationException {
        long epochMillis = datetime(arguments[0]);
        try {
            return switch (this) {
                case OFFSET ->
                        new Datum.Datetime(Math.addExact(epochMillis, duration(arguments[1])));
                case DURATION_SINCE ->
                        new Datum.Duration(Math.subtractExact(epochMillis, datetime(arguments[1])));
                case TO_DATE ->
                        new Datum.Datetime(
                                Math.subtractExact(
                                        epochMillis, Math.floorMod(epochMillis, DAY_MILLIS)));
                default -> new Datum.Duration(Math.floorMod(epochMillis, DAY_MILLIS));
            };
        } catch (ArithmeticException _) {
            throw new EvaluationException(word + " overflows");
        }
    }

    private static IpRange ip(Datum datum) throws EvaluationException {
        if (datum instanceof Datum.Ip(IpRange range)) {
            return range;
        }
        throw EvaluationException.expected("ipaddr", datum);
    }

    private static long decimal(Datum datum) throws EvaluationException {
        if (datum instanceof Datum.Decimal(long tenThousandths)) {
            return tenThousandths;
        }
        throw EvaluationException.expected("decimal", datum);
    }

    private static long datetime(Datum datum) throws EvaluationException {
        if (datum instanceof Datum.Datetime(long epochMillis)) {
            return epochMillis;
        }
        throw EvaluationException.expected("datetime", datum);
    }

    private static long duration(Datum datum) throws EvaluationException {
        if (datum instanceof Datum.Duration(long millis)) {
            return millis;
        }
        throw EvaluationException.expected("duration", datum);
    }
}

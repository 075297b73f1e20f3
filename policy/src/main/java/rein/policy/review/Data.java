package rein.policy.review;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import rein.policy.value.Datum;
import rein.policy.value.IpRange;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** Values as Cedar writes them, for people. */
final class Data {
    /** Members of a set or record that are shown. */
    private static final int SHOWN_MAX = 16;

    private Data() {}

    static String shown(Datum datum) {
        return switch (datum) {
            case Datum.Bool(boolean flag) -> String.valueOf(flag);
            case Datum.Int(long number) -> String.valueOf(number);
            case Datum.Text(String text) -> Quoting.literal(text);
            case Datum.Ref(EntityUid uid) -> Quoting.literal(uid);
            case Datum.SetOf(Set<Datum> elements) ->
                    elements.stream()
                                    .map(Data::shown)
                                    .sorted()
                                    .limit(SHOWN_MAX)
                                    .collect(Collectors.joining(", ", "[", ""))
                            + (elements.size() > SHOWN_MAX ? ", …]" : "]");
            case Datum.Struct(Map<String, Datum> members) ->
                    members.entrySet().stream()
                                    .map(e -> e.getKey() + ": " + shown(e.getValue()))
                                    .sorted()
                                    .limit(SHOWN_MAX)
                                    .collect(Collectors.joining(", ", "{", ""))
                            + (members.size() > SHOWN_MAX ? ", …}" : "}");
            case Datum.Ip(IpRange range) -> "ip " + range;
            case Datum.Decimal(long tenThousandths) ->
                    java.math.BigDecimal.valueOf(tenThousandths, 4).toPlainString();
            case Datum.Datetime(long epochMillis) ->
                    java.time.Instant.ofEpochMilli(epochMillis).toString();
            case Datum.Duration(long millis) -> millis + " ms";
        };
    }
}

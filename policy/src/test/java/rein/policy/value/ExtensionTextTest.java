package rein.policy.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the extension types, at their edges. */
class ExtensionTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "01.2.3.4",
                "256.1.1.1",
                "1.2.3.4/33",
                "1.2.3.4/",
                "1.2.3.4/08",
                "1.2.3.4/+8",
                " 1.2.3.4",
                "\u0661.2.3.4",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                "g::",
                "::ffff:10.0.0.1",
                "fe80::1%eth0",
                "::/129",
                "[::1]"
            })
    void isNoAddress(String text) {
        assertThat(IpRange.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.0.0.0/8, true",
        "10.1.2.3, 10.1.2.3, true",
        "10.0.0.0/8, 10.1.0.0/16, false",
        "10.1.0.0/16, 10.0.0.0/8, true",
        "11.0.0.0, 10.0.0.0/8, false",
        "1.2.3.4, 0.0.0.0/0, true",
        "1.2.3.4, ::/0, false",
        "::ffff:a00:1, 10.0.0.0/8, false",
        "2001:db8::1, 2001:db8::/32, true",
        "2001:db9::1, 2001:db8::/32, false",
        "fe80::1, fe80::/64, true",
        "fe80:0:0:1::1, fe80::/64, false",
        "::1:0:0:1, ::1:0:0:0/96, true",
        "::1, ::2/127, false",
        "::3, ::2/127, true",
        "1:2:3:4:5:6:7::, ::/0, true"
    })
    void rangesContain(String inner, String outer, boolean expected) {
        IpRange left = IpRange.parse(inner).orElseThrow();
        IpRange right = IpRange.parse(outer).orElseThrow();
        assertThat(left.isIn(right)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "decimal, 0.0, 0",
        "decimal, -0.5, -5000",
        "decimal, 12.3456, 123456",
        "decimal, 922337203685477.5807, 9223372036854775807",
        "decimal, -922337203685477.5808, -9223372036854775808",
        "datetime, 1970-01-01, 0",
        "datetime, 0000-01-01, -62167219200000",
        "datetime, 2024-02-29T23:59:59.999Z, 1709251199999",
        "datetime, 1970-01-01T00:00:00+2359, -86340000",
        "datetime, 1970-01-01T00:00:00.001-0100, 3600001",
        "duration, 0ms, 0",
        "duration, -1d2h3m4s5ms, -93784005",
        "duration, 1m1ms, 60001",
        "duration, -9223372036854775808ms, -9223372036854775808"
    })
    void isRead(String type, String text, long expected) throws EvaluationException {
        Datum read = ExtensionText.parse(type, text);
        long number =
                switch (read) {
                    case Datum.Decimal(long tenThousandths) -> tenThousandths;
                    case Datum.Datetime(long epochMillis) -> epochMillis;
                    case Datum.Duration(long millis) -> millis;
                    default -> throw new AssertionError(read);
                };
        assertThat(number).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "decimal, 1",
        "decimal, 1.",
        "decimal, .5",
        "decimal, -.5",
        "decimal, +1.0",
        "decimal, 1.00000",
        "decimal, 1.0.0",
        "decimal, 922337203685477.5808",
        "datetime, 2024-1-1",
        "datetime, 2023-02-29",
        "datetime, 2024-01-01T",
        "datetime, 2024-01-01T00:00:00",
        "datetime, 2024-01-01T24:00:00Z",
        "datetime, 2024-01-01T00:00:60Z",
        "datetime, 2024-01-01T00:00:00.1Z",
        "datetime, 2024-01-01T00:00:00+2400",
        "datetime, '2024-01-01T00:00:00Z '",
        "datetime, 2024-01-01T00:00:00z",
        "duration, -",
        "duration, 1",
        "duration, ms",
        "duration, 1s1m",
        "duration, 1s1s",
        "duration, 1S",
        "duration, 9223372036854775808ms",
        "duration, 106751991168d"
    })
    void isNotRead(String type, String text) {
        assertThatThrownBy(() -> ExtensionText.parse(type, text))
                .isInstanceOf(EvaluationException.class);
    }
}

package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DestinationTest {
    @ParameterizedTest
    @CsvSource({
        "a.test, a.test, true",
        "A.Test., a.test, true",
        "163.example, 163.example, true",
        "x, x, true",
        "_srv._tcp.a-b.test, _srv._tcp.a-b.test, true",
        "127.0.0.1, 127.0.0.1, false",
        "127.1, 127.0.0.1, false",
        "010.0.0.1, 10.0.0.1, false",
        "[::1], ::1, false",
        "[2001:DB8:0:0:1:0:0:1], 2001:db8::1:0:0:1, false",
        "[2001:db8:0:1:1:1:1:1], 2001:db8:0:1:1:1:1:1, false",
        "[fe80:0:0:0::], fe80::, false",
        "[::], ::, false",
        "[::FFFF:10.0.0.1], 10.0.0.1, false"
    })
    void readsNamesAndAddresses(String text, String host, boolean named) {
        Destination to = Destination.parse(text, 80).orElseThrow();
        assertThat(to.host()).isEqualTo(host);
        assertThat(to.named()).isEqualTo(named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..test",
                "-a.test",
                "a b",
                "a@b",
                "a/b",
                "ä.test",
                "::1",
                "fe80::1%lo",
                "0x7f000001",
                "a.0x1",
                "1.2.3.4.5",
                "a.test.1",
                "[a.test]",
                "[::1%lo]"
            })
    void refusesWhatCouldBeReadInTwoWays(String text) {
        assertThat(Destination.parse(text, 80)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void refusesPortsThatAreNone(int port) {
        assertThat(Destination.parse("a.test", port)).isEmpty();
    }
}

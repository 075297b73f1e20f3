package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NoProxyTest {
    private static boolean covers(String list, String host) {
        return NoProxy.parse(list).covers(Destination.parse(host, 443).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, true",
        "example.com, www.example.com, true",
        ".example.com, www.example.com, true",
        ".example.com, example.com, true",
        "example.com., www.EXAMPLE.com., true",
        "example.com, notexample.com, false",
        "www.example.com, example.com, false",
        "'a.test, example.com b.test', b.test, true",
        "'', example.com, false",
        "*, example.com, true",
        "*, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.70, false",
        "192.0.2.0/24, 192.0.2.7, true",
        "192.0.2.0/24, 192.0.3.7, false",
        "10.0.0.0/8, example.com, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "2001:db8::/32, [2001:db8::1], true",
        "[2001:db8::1], [2001:db8::1], true",
        "2001:db8::/32, 8.8.8.8, false"
    })
    void asCurlReadsIt(String list, String host, boolean covered) {
        assertThat(covers(list, host)).isEqualTo(covered);
    }

    @Test
    void whatIsNoListIsSaid() {
        assertThatThrownBy(() -> NoProxy.parse("10.0.0.0/33")).hasMessageContaining("10.0.0.0/33");
        assertThatThrownBy(() -> NoProxy.parse("a,".repeat(NoProxy.ENTRIES_MAX + 1)))
                .hasMessageContaining("1024 entries");
    }

    @Test
    void aProxysPasswordIsInNoTextOfIt() {
        UpstreamProxy proxy = UpstreamProxy.parse("http://al%40ice:s%3Acr+et@Proxy.test:3128/");
        assertThat(proxy).hasToString("proxy.test:3128");
        // al@ice:s:cr+et
        assertThat(proxy.authorization()).contains("Basic YWxAaWNlOnM6Y3IrZXQ=");
        assertThat(UpstreamProxy.parse("proxy.test")).hasToString("proxy.test:1080");
        for (String wrong :
                new String[] {
                    "https://me:secret@proxy.test",
                    "socks5://me:secret@proxy.test",
                    "http://me:secret@/",
                    "http://me:secret@proxy.test/path",
                    "http://me:se cret@proxy.test",
                    "me:secret"
                }) {
            assertThatThrownBy(() -> UpstreamProxy.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain("cret");
        }
    }
}

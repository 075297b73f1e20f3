package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rein.gateway.DenialText;
import rein.gateway.Refusals;
import rein.vocabulary.Decision;

final class AddressClassTest {
    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, PUBLIC",
        "1.1.1.1, PUBLIC",
        "172.32.0.1, PUBLIC",
        "192.167.255.255, PUBLIC",
        "100.128.0.1, PUBLIC",
        "198.20.0.1, PUBLIC",
        "0.0.0.0, UNSPECIFIED",
        "0.1.2.3, UNSPECIFIED",
        "10.1.2.3, PRIVATE",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "192.168.1.1, PRIVATE",
        "100.64.0.1, CGNAT",
        "100.100.100.200, METADATA",
        "169.254.169.254, METADATA",
        "169.254.170.2, METADATA",
        "168.63.129.16, METADATA",
        "192.0.0.192, METADATA",
        "169.254.1.1, LINK_LOCAL",
        "127.0.0.1, LOOPBACK",
        "127.255.0.1, LOOPBACK",
        "192.0.2.1, RESERVED",
        "198.18.0.1, RESERVED",
        "198.19.0.7, RESERVED",
        "203.0.113.9, RESERVED",
        "198.51.100.2, RESERVED",
        "224.0.0.1, MULTICAST",
        "255.255.255.255, RESERVED",
        "240.0.0.1, RESERVED",
        "2606:4700::1111, PUBLIC",
        "2a00:1450::1, PUBLIC",
        "::, UNSPECIFIED",
        "::1, LOOPBACK",
        "fe80::1, LINK_LOCAL",
        "fec0::1, PRIVATE",
        "fd12::1, PRIVATE",
        "fd00:ec2::254, METADATA",
        "fd20:ce::254, METADATA",
        "ff02::1, MULTICAST",
        "2001:db8::1, RESERVED",
        "2001:0:1::1, RESERVED",
        "100::1, RESERVED",
        "64:ff9b:1::1, RESERVED",
        "::ffff:10.0.0.1, PRIVATE",
        "::ffff:169.254.169.254, METADATA",
        "::ffff:0:127.0.0.1, LOOPBACK",
        "::127.0.0.1, LOOPBACK",
        "::8.8.8.8, MAPPED",
        "64:ff9b::7f00:1, LOOPBACK",
        "64:ff9b::a9fe:a9fe, METADATA",
        "64:ff9b::808:808, PUBLIC",
        "2002:7f00:1::, LOOPBACK",
        "2002:a9fe:a9fe::, METADATA",
        "2002:808:808::1, MAPPED"
    })
    void classifies(String address, AddressClass expected) {
        assertThat(AddressClass.of(InetAddress.ofLiteral(address))).isEqualTo(expected);
    }

    private static final InetAddress MINE = InetAddress.ofLiteral("192.168.7.7");

    private static final AddressCheck CHECK =
            new AddressCheck(
                    () -> Set.of(MINE, InetAddress.ofLiteral("127.0.0.1")),
                    at -> at.getPort() == 7400 && at.getAddress().equals(MINE));

    private static Decision allow(boolean names) {
        return new Decision(Decision.Outcome.ALLOW, List.of("p"), List.of(), names);
    }

    private static Optional<String> refusal(
            String host, int port, boolean names, Resolution.Source source, String... addresses) {
        Destination to = Destination.parse(host, port).orElseThrow();
        List<InetAddress> found = List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
        return CHECK.refusal(to, allow(names), new Resolution(found, source)).map(DenialText::code);
    }

    @Test
    void aPublicAddressNeedsNoExactGrant() {
        assertThat(refusal("a.test", 443, false, Resolution.Source.DNS, "8.8.8.8")).isEmpty();
    }

    @Test
    void dnsCannotPointAPermittedNameInside() {
        assertThat(refusal("a.test", 443, true, Resolution.Source.DNS, "10.0.0.1"))
                .contains(Refusals.ADDRESS_NOT_PUBLIC);
        assertThat(refusal("a.test", 443, true, Resolution.Source.DNS, "8.8.8.8", "127.0.0.1"))
                .contains(Refusals.ADDRESS_NOT_PUBLIC);
    }

    @Test
    void theHostsFileOrTheAddressItselfCanWithAnExactGrant() {
        assertThat(refusal("a.test", 443, true, Resolution.Source.HOSTS, "10.0.0.1")).isEmpty();
        assertThat(refusal("a.test", 443, false, Resolution.Source.HOSTS, "10.0.0.1"))
                .contains(Refusals.ADDRESS_NOT_PUBLIC);
        assertThat(refusal("10.0.0.1", 443, true, Resolution.Source.LITERAL, "10.0.0.1")).isEmpty();
        assertThat(refusal("10.0.0.1", 443, false, Resolution.Source.LITERAL, "10.0.0.1"))
                .contains(Refusals.ADDRESS_NOT_PUBLIC);
    }

    @Test
    void reinsOwnListenersAreNeverReached() {
        for (String address : List.of("192.168.7.7", "127.0.0.1", "0.0.0.0", "127.9.9.9")) {
            assertThat(refusal(address, 7400, true, Resolution.Source.LITERAL, address))
                    .as(address)
                    .contains(Refusals.OWN_LISTENER);
        }
        assertThat(refusal("192.168.7.7", 7401, true, Resolution.Source.LITERAL, "192.168.7.7"))
                .isEmpty();
        assertThat(CHECK.classOf(MINE)).isEqualTo(AddressClass.OWN);
    }

    @Test
    void aNameWithoutAddressesIsNotFound() {
        assertThat(refusal("a.test", 443, false, Resolution.Source.DNS))
                .contains(Refusals.NAME_NOT_FOUND);
    }
}

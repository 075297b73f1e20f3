package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostResolverTest {
    @Test
    void theHostsFileIsReadAfreshAndSaysSo(@TempDir Path folder) throws IOException {
        Path hosts = folder.resolve("hosts");
        try (HostResolver resolver = new HostResolver(hosts)) {
            Files.writeString(
                    hosts,
                    """
                    # a comment
                    10.1.2.3   forge.test alias.test # trailing
                    nonsense   forge.test
                    fd00::7    forge.test
                    """);
            assertThat(resolver.resolve("ALIAS.test"))
                    .isEqualTo(
                            new Resolution(
                                    java.util.List.of(InetAddress.ofLiteral("10.1.2.3")),
                                    Resolution.Source.HOSTS));
            assertThat(resolver.resolve("forge.test").addresses()).hasSize(2);
            Files.writeString(hosts, "10.9.9.9 forge.test\n");
            assertThat(resolver.resolve("forge.test").addresses())
                    .containsExactly(InetAddress.ofLiteral("10.9.9.9"));
        }
    }

    @Test
    void anotherNameIsAskedOfTheSystem(@TempDir Path folder) {
        try (HostResolver resolver = new HostResolver(folder.resolve("absent"))) {
            Resolution resolution = resolver.resolve("does-not-exist.invalid");
            assertThat(resolution.source()).isEqualTo(Resolution.Source.DNS);
            assertThat(resolution.addresses()).isEmpty();
        }
    }

    @Test
    void thisMachinesAddressesIncludeLoopback() {
        assertThat(new HostAddresses(() -> 0).get()).contains(InetAddress.ofLiteral("127.0.0.1"));
    }
}

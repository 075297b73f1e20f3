package rein.scenarios;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a scenario needs of the machine; without it the scenario is skipped by name. */
final class Facilities {
    private static final List<String> FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private Facilities() {}

    /** A node needs these; a machine that has them and cannot contain is a failure, not a skip. */
    static void forRuns() {
        assumeTrue(
                "root".equals(System.getProperty("user.name")), "missing facility: the user root");
        for (String program : List.of("bwrap", "nft", "ip", "setpriv", "nsenter")) {
            program(program);
        }
    }

    /** Some distributions let no ordinary user make a user namespace. */
    static void forOrdinaryUsers() {
        String uid = String.valueOf(OrdinaryUser.FIRST);
        Binary.Done tried =
                Binary.run(
                        new ProcessBuilder(
                                "setpriv",
                                "--reuid",
                                uid,
                                "--regid",
                                uid,
                                "--clear-groups",
                                "--",
                                "unshare",
                                "--user",
                                "--map-current-user",
                                "true"));
        assumeTrue(tried.code() == 0, "missing facility: user namespaces for ordinary users");
    }

    static void program(String name) {
        boolean found =
                FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        assumeTrue(found, "missing facility: the program " + name);
    }

    /** An IPv4 address of this host that is not loopback: an upstream that a grant can name. */
    static InetAddress ownAddress() throws IOException {
        Optional<InetAddress> address = Optional.empty();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            Stream<InetAddress> usable =
                    Collections.list(each.getInetAddresses()).stream()
                            .filter(Inet4Address.class::isInstance)
                            .filter(found -> !found.isLoopbackAddress());
            if (each.isUp() && address.isEmpty()) {
                address = usable.findFirst();
            }
        }
        assumeTrue(address.isPresent(), "missing facility: an IPv4 address beside loopback");
        return address.orElseThrow();
    }
}

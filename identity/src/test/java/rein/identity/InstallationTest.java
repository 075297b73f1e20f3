package rein.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Tenant;

final class InstallationTest {
    @TempDir Path folder;
    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random = new SplittableRandom(3);

    private Installation open(Optional<Tenant> configured) throws IdentityException {
        return InstallationFile.openOrCreate(folder, configured, "Host_1.Example", time, random);
    }

    @Test
    void isMadeOnceAndFoundAgain() throws Exception {
        Installation made = open(Optional.empty());
        assertThat(made.tenant().trustDomain()).matches("[0-9a-f]{8}\\.rein\\.internal");
        assertThat(made.node()).isEqualTo("host-1.example");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        time.advance(java.time.Duration.ofDays(1));
        assertThat(open(Optional.empty())).isEqualTo(made);
        assertThat(open(Optional.of(made.tenant()))).isEqualTo(made);
    }

    @Test
    void aConfiguredTenantIsTakenOnceAndNotChanged() throws Exception {
        Tenant tenant = new Tenant("corp.example");
        assertThat(open(Optional.of(tenant)).tenant()).isEqualTo(tenant);
        assertUnusable(Optional.of(new Tenant("other.example")), "chosen once");
    }

    @Test
    void whatIsNotUnderstoodIsAnError() throws Exception {
        open(Optional.empty());
        String good = Files.readString(file());
        for (String bad :
                new String[] {
                    "",
                    good + "colour=red\n",
                    good + "tenant=second.example\n",
                    good.replace("version=1", "version=2"),
                    good.replace("tenant=", "tenant=A B"),
                    good.replace("node=", "node=_"),
                    good.replace("created=", "created=x"),
                    good.replace("installation=", "installation=x"),
                    good.replace("node=host-1.example\n", ""),
                    good.substring(0, 100),
                }) {
            Files.writeString(file(), bad);
            assertUnusable(Optional.empty(), "installation");
            assertThat(file()).as("left as it was").hasContent(bad);
        }
    }

    @Test
    void openToOthersOrALinkIsRefused() throws Exception {
        open(Optional.empty());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertUnusable(Optional.empty(), "chmod 600");
        Path elsewhere = Files.move(file(), folder.resolve("elsewhere"));
        Files.createSymbolicLink(file(), elsewhere);
        assertUnusable(Optional.empty(), "not a plain file");
    }

    @Test
    void aHostNameBecomesANodeName() {
        assertThat(Installation.nodeName("é")).isEqualTo("node");
        assertThat(Installation.nodeName("..")).isEqualTo("node");
        assertThat(Installation.nodeName("My Laptop")).isEqualTo("my-laptop");
        assertThat(Installation.nodeName("a".repeat(200))).hasSize(63);
    }

    private Path file() {
        return folder.resolve("installation");
    }

    private void assertUnusable(Optional<Tenant> configured, String text) {
        assertThatThrownBy(() -> open(configured))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(file().toString())
                .hasMessageNotContaining("\n")
                .extracting(e -> ((IdentityException) e).code())
                .isEqualTo(IdentityException.Code.INSTALLATION);
    }
}

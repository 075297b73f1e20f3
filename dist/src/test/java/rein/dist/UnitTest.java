package rein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systemd unit, as far as it can be judged without systemd. */
final class UnitTest {
    private static final Path UNIT = Built.folder().resolve("systemd/rein.service");

    @Test
    void systemdUnderstandsEveryLine(@TempDir Path folder) throws IOException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
                "missing facility: the program systemd-analyze");
        Path unit = folder.resolve("rein.service");
        Files.writeString(
                unit, Files.readString(UNIT).replace("@PREFIX@", Built.folder().toString()));
        Machine.Done done = Machine.finished(List.of("systemd-analyze", "verify", unit.toString()));
        assertThat(done.out() + done.err()).doesNotContain("rein.service");
        assertThat(done.code()).as("%s", done).isZero();
    }

    /**
     * Each of these mounts over a part of /proc, and the kernel then refuses a new /proc in a user
     * namespace (seen under systemd 252: no attempt of the self-test could be made).
     */
    @Test
    void nothingHidesPartsOfProc() throws IOException {
        assertThat(Files.readAllLines(UNIT).stream().filter(line -> !line.startsWith("#")).toList())
                .noneMatch(line ->
                        line.matches(
                                "(ProtectHostname|ProtectKernelTunables|ProtectKernelLogs"
                                        + "|ProtectProc|ProcSubset|InaccessiblePaths"
                                        + "|ProtectControlGroups|PrivateUsers|PrivateTmp"
                                        + "|ProtectHome|RestrictNamespaces)=.*"));
    }
}

package rein.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked on a machine without JDK, Maven, home and network, does its work. */
final class RunsAnywhereTest {
    private static final String REIN = "/tmp/rein/bin/rein";
    private static final List<String> IN_DATA = List.of("--data", "/tmp/data");

    @Test
    void everythingWorksFromTheUnpackedFolder(@TempDir Path folder) throws IOException {
        try (Machine machine = Machine.start(folder)) {
            unpack(machine);
            assertThat(machine.run("sh", "-c", "command -v java && java -version").code())
                    .as("there is no Java but the archive's")
                    .isNotZero();
            assertThat(machine.run(REIN, "--version").ok().out()).isEqualTo("rein 0.1.0\n");
            assertThat(machine.tmp().resolve("rein/lib/rein.aot"))
                    .as("the first use trains the cache")
                    .isNotEmptyFile();
            assertThat(machine.run(REIN, "doctor").ok().out()).contains("level    contained");

            Path said = folder.resolve("up.log");
            Process up =
                    machine.start(
                            said,
                            List.of(
                                    REIN,
                                    "up",
                                    "--data",
                                    "/tmp/data",
                                    "--port",
                                    "0",
                                    "--config",
                                    configuration(machine)));
            try {
                machine.await("/tmp/data/run/rein.sock", up, said);
                Files.createDirectory(machine.tmp().resolve("work"));
                machine.run(
                                "sh",
                                "-c",
                                "cd /tmp/work && exec "
                                        + REIN
                                        + " run --agent coder --data /tmp/data -- true")
                        .ok();
                assertThat(
                                machine.run(
                                                "sh",
                                                "-c",
                                                "cd /tmp/work && exec "
                                                        + REIN
                                                        + " run --data /tmp/data -- sh -c 'id -u; exit 7'")
                                        .exits(7)
                                        .out())
                        .isEqualTo("1000\n");
                assertThat(rein(machine, "stop", "--agent", "coder").ok().out())
                        .startsWith("Suspended agent coder");
                assertThat(rein(machine, "audit", "verify").ok().out())
                        .contains("internally consistent");
                rein(machine, "up", "--stop").ok();
            } finally {
                up.destroyForcibly();
            }
        }
    }

    @Test
    void theDrillHoldsFromTheUnpackedFolder(@TempDir Path folder) throws IOException {
        for (String program : List.of("/usr/bin/ssh", "/usr/sbin/sshd", "/usr/bin/perl")) {
            assumeTrue(
                    Files.isExecutable(Path.of(program)),
                    "missing facility: the program " + program);
        }
        try (Machine machine = Machine.start(folder)) {
            unpack(machine);
            Machine.Done drill = machine.run(REIN, "drill", "rome");
            assertThat(drill.out())
                    .as("%s", drill)
                    .contains("was suspended", "processes left: 0", "audit verified")
                    .doesNotContain("NOT HELD", "not held");
            // 2: a machine busy with something else cannot tell a burner from a slow one.
            assertThat(drill.code()).as("%s", drill).isIn(0, 2);
        }
    }

    private static void unpack(Machine machine) throws IOException {
        Files.copy(Built.file(), machine.tmp().resolve("rein.tar.gz"));
        Files.createDirectory(machine.tmp().resolve("rein"));
        machine.run("tar", "xzf", "rein.tar.gz", "-C", "rein", "--strip-components=1").ok();
    }

    /** The content key has to lie outside the data folder, and there is no home. */
    private static String configuration(Machine machine) throws IOException {
        Files.writeString(
                machine.tmp().resolve("rein.yaml"),
                "version: 1\ncontent-key-file: /tmp/content.key\n");
        return "/tmp/rein.yaml";
    }

    private static Machine.Done rein(Machine machine, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(REIN));
        command.addAll(List.of(words));
        command.addAll(IN_DATA);
        return machine.run(command);
    }
}

package rein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installing on the real paths of a throw-away machine, serving, and taking everything away. */
final class InstallTest {
    private static final String REIN = "/usr/local/bin/rein";
    private static final String UNINSTALL = "/opt/rein/uninstall.sh";

    @Test
    void serviceWorksAndUninstallLeavesNothing(@TempDir Path folder) throws IOException {
        try (Machine machine = Machine.start(folder)) {
            unpack(machine);
            SortedSet<String> before = machine.written();
            machine.run("/tmp/archive/install.sh").ok();
            assertThat(machine.written())
                    .contains(
                            "/opt/rein/bin/rein",
                            "/opt/rein/lib/rein.aot",
                            "/usr/local/bin/rein",
                            "/etc/rein/rein.yaml",
                            "/etc/systemd/system/rein.service");
            assertThat(machine.run(ordinary(REIN, "--version")).ok().out())
                    .as("an ordinary user may run it")
                    .isEqualTo("rein 0.1.0\n");
            machine.run(ordinary("sh", "-c", "ls /var/lib/rein || ls /etc/rein")).exits(2);

            Process service = start(machine, folder);
            Files.createDirectory(machine.tmp().resolve("work"));
            machine.run("sh", "-c", "cd /tmp/work && exec " + REIN + " run -- true").ok();
            machine.run("sh", "-c", "mkdir /tmp/own && chown 65534:65534 /tmp/own").ok();
            assertThat(
                            machine.run(
                                            ordinary(
                                                    "sh",
                                                    "-c",
                                                    "cd /tmp/own && exec "
                                                            + REIN
                                                            + " run -- sh -c 'touch made; id -u'"))
                                    .ok()
                                    .out())
                    .as("an ordinary user's run on the service's node")
                    .isEqualTo("1000\n");
            assertThat(machine.tmp().resolve("own/made")).exists();
            assertThat(machine.run("ls", "/etc/rein").ok().out())
                    .isEqualTo("content.key\nrein.yaml\n");
            machine.run(words(unit(machine), "ExecStop=")).ok();
            assertThat(service.onExit().join().exitValue()).isIn(0, 143);

            machine.run(UNINSTALL, "--keep-data").ok();
            assertThat(machine.written())
                    .contains("/etc/rein/content.key", "/etc/rein/rein.yaml")
                    .anyMatch(file -> file.startsWith("/var/lib/rein/logs/"))
                    .noneMatch(file -> file.startsWith("/opt/"));

            machine.run("/tmp/archive/install.sh").ok();
            Process again = start(machine, folder);
            assertThat(machine.run(REIN, "audit", "verify").ok().out())
                    .as("what was kept is taken up again")
                    .contains("internally consistent");
            machine.run(UNINSTALL).ok(); // stops what runs
            assertThat(again.onExit().join().exitValue()).isIn(0, 143);
            assertThat(machine.written()).isEqualTo(before);
            assertThat(
                            machine.run(
                                            "sh",
                                            "-c",
                                            "ls -d /var/lib/rein /etc/rein /opt/rein /run/rein"
                                                    + " $(find /sys/fs/cgroup -name "
                                                    + group()
                                                    + ")")
                                    .out())
                    .isEmpty();
        }
    }

    @Test
    void aCrashedNodesRunsEndAndTheirGroupsGo(@TempDir Path folder) throws IOException {
        try (Machine machine = Machine.start(folder)) {
            String name =
                    Machine.output(
                                    List.of(
                                            "sh",
                                            "-c",
                                            "echo rein-$(printf /tmp/none | sha256sum | cut -c1-8)"))
                            .strip();
            Path group = unified().resolve(name);
            Files.createDirectories(group.resolve("run"));
            Process sleeper = machine.start(folder.resolve("out"), List.of("sleep", "600"));
            Files.writeString(group.resolve("run/cgroup.procs"), "" + sleeper.pid());
            Machine.output(
                    List.of(Built.folder().resolve("lib/end-runs.sh").toString(), "/tmp/none"));
            assertThat(sleeper.onExit().join().exitValue()).isEqualTo(137);
            assertThat(group).doesNotExist();
        }
    }

    @Test
    void refusesWhatWouldHarm(@TempDir Path folder) throws IOException {
        try (Machine machine = Machine.start(folder)) {
            unpack(machine);
            SortedSet<String> before = machine.written();
            for (String prefix : List.of("/", "/usr", "opt", "/opt/../etc", "/opt/a b", "/opt/")) {
                machine.run("env", "PREFIX=" + prefix, "/tmp/archive/install.sh").exits(2);
            }
            machine.run("sh", "-c", "mkdir /opt/other && touch /opt/other/mine").ok();
            machine.run("env", "PREFIX=/opt/other", "/tmp/archive/install.sh").exits(2);
            machine.run("rm", "-r", "/opt/other").ok();
            machine.run(ordinary("/tmp/archive/install.sh")).exits(2);
            machine.run("/tmp/archive/uninstall.sh").exits(2);
            machine.run("/tmp/archive/install.sh", "--help").exits(2);
            assertThat(machine.written()).isEqualTo(before);
        }
    }

    @Test
    void packagersGetTheFilesAndNothingIsStarted(@TempDir Path folder) throws IOException {
        try (Machine machine = Machine.start(folder)) {
            unpack(machine);
            SortedSet<String> before = machine.written();
            machine.run("env", "DESTDIR=/tmp/image", "PREFIX=/opt/r", "/tmp/archive/install.sh")
                    .ok();
            assertThat(machine.written()).isEqualTo(before);
            Path image = machine.tmp().resolve("image");
            assertThat(Files.readSymbolicLink(image.resolve("usr/local/bin/rein")))
                    .isEqualTo(Path.of("/opt/r/bin/rein"));
            assertThat(image.resolve("opt/r/lib/rein.aot")).doesNotExist();
            assertThat(Files.readString(image.resolve("etc/systemd/system/rein.service")))
                    .contains("ExecStart=/opt/r/bin/rein up")
                    .doesNotContain("@PREFIX@");
        }
    }

    private static void unpack(Machine machine) throws IOException {
        Files.copy(Built.file(), machine.tmp().resolve("rein.tar.gz"));
        Files.createDirectory(machine.tmp().resolve("archive"));
        machine.run("tar", "xzf", "rein.tar.gz", "-C", "archive", "--strip-components=1").ok();
    }

    /** Starts what the unit would start, and returns when it answers. */
    private static Process start(Machine machine, Path folder) throws IOException {
        Path said = folder.resolve("service.log");
        machine.run(words(unit(machine), "ExecStartPre=")).ok();
        Process service = machine.start(said, words(unit(machine), "ExecStart="));
        machine.await("/var/lib/rein/run/rein.sock", service, said);
        return service;
    }

    private static List<String> unit(Machine machine) throws IOException {
        return machine.run("cat", "/etc/systemd/system/rein.service").ok().out().lines().toList();
    }

    private static List<String> words(List<String> unit, String key) {
        return unit.stream()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .map(line -> List.of(line.substring(key.length()).split(" ", -1)))
                .orElseThrow();
    }

    private static List<String> ordinary(String... command) {
        List<String> whole =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid",
                                "65534",
                                "--regid",
                                "65534",
                                "--clear-groups",
                                "--"));
        whole.addAll(List.of(command));
        return whole;
    }

    private static String group() throws IOException {
        return Machine.output(
                        List.of(
                                "sh",
                                "-c",
                                "echo rein-$(printf /var/lib/rein | sha256sum | cut -c1-8)"))
                .strip();
    }

    /** Where version 2 of cgroups is mounted. */
    private static Path unified() throws IOException {
        return Path.of(
                Machine.output(List.of("findmnt", "-n", "-o", "TARGET", "-t", "cgroup2"))
                        .lines()
                        .findFirst()
                        .orElseThrow());
    }
}

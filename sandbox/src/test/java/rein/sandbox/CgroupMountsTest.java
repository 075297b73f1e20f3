package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {
    @Test
    void findsBothHierarchiesOfAHybridMachine() {
        CgroupMounts mounts =
                CgroupMounts.parse(
                        List.of(
                                "22 27 0:21 / /proc rw,relatime - proc proc rw",
                                "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct",
                                "39 31 0:36 / /sys/fs/cgroup/pids rw shared:9 - cgroup cgroup rw,pids",
                                "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw"));
        assertThat(mounts.unified()).isEqualTo(Path.of("/sys/fs/cgroup/unified"));
        assertThat(mounts.controllers())
                .containsAllEntriesOf(
                        Map.of(
                                "cpu", Path.of("/sys/fs/cgroup/cpu"),
                                "cpuacct", Path.of("/sys/fs/cgroup/cpu"),
                                "pids", Path.of("/sys/fs/cgroup/pids")));
    }

    @Test
    void findsThePureVersion2Mount() {
        CgroupMounts mounts =
                CgroupMounts.parse(
                        List.of(
                                "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2"
                                        + " rw,nsdelegate"));
        assertThat(mounts.unified()).isEqualTo(Path.of("/sys/fs/cgroup"));
        assertThat(mounts.controllers()).isEmpty();
    }

    @Test
    void saysWhatToDoWithoutVersion2() {
        assertThatThrownBy(() ->
                        CgroupMounts.parse(
                                List.of("22 27 0:21 / /proc rw,relatime - proc proc rw")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("mount -t cgroup2");
    }
}

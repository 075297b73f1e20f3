package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LaunchPlanTest {
    private static final LaunchPlan PLAN =
            new LaunchPlan(
                    List.of("/cg/a", "/cg/b"),
                    "/trace",
                    "/proc/1/fd/7",
                    "/proc/1/fd/8",
                    "/run/rein",
                    new TreeMap<>(Map.of("workdir", "/srv/project")),
                    new TreeMap<>(Map.of("ro0", "/opt/tool", "ro1", "/etc/npmrc")),
                    new TreeMap<>(Map.of("file0", "ä\nb")),
                    new TreeMap<>(Map.of(".git", Guard.Kind.PINNED)),
                    7,
                    "AAAA",
                    List.of("/usr/bin/setpriv", "--", "echo", ""));

    @Test
    void survivesTheWayThroughAPipe() {
        assertThat(LaunchPlan.fromBytes(PLAN.toBytes())).isEqualTo(PLAN);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = PLAN.toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> LaunchPlan.fromBytes(cut))
                    .isInstanceOf(SandboxException.class);
        }
    }

    @Test
    void aCountOutOfBoundsIsRefused() {
        byte[] bytes = PLAN.toBytes();
        bytes[0] = (byte) 0xff;
        assertThatThrownBy(() -> LaunchPlan.fromBytes(bytes))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("ask the node again");
    }
}

package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A launcher may ask; what could be a process of a run may not. */
class PeerProcessTest {
    private static final List<String> OWN_NAMESPACES =
            List.of("unshare", "--user", "--map-current-user", "--pid", "--fork");
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void check() throws Exception {
        Contained.assumePossible();
        Process probe = as(2001, List.of("unshare", "--user", "--map-current-user", "true"));
        Assumptions.assumeTrue(
                probe.waitFor() == 0, "missing facility: user namespaces for ordinary users");
    }

    @AfterEach
    void end() {
        started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        started.forEach(Process::destroyForcibly);
    }

    private Process as(int uid, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", "" + uid));
        words.addAll(List.of("--regid", "" + uid, "--clear-groups", "--"));
        words.addAll(command);
        Process process = new ProcessBuilder(words).directory(Path.of("/").toFile()).start();
        started.add(process);
        return process;
    }

    /** The process below that says it is up. */
    private long below(int uid, String... more) throws IOException {
        List<String> command = new ArrayList<>(OWN_NAMESPACES);
        command.addAll(List.of(more));
        command.addAll(List.of("sh", "-c", "echo up; read -r end"));
        Process process = as(uid, command);
        assertThat(process.inputReader().readLine()).isEqualTo("up");
        return process.descendants().reduce((_, last) -> last).orElseThrow().pid();
    }

    @Test
    void anOrdinaryUsersProcessThatMayGainRightsIsALauncher() throws Exception {
        long pid = below(2001);
        assertThat(PeerProcess.isBelow(pid)).contains(true);
        assertThat(PeerProcess.isLauncher(pid)).isTrue();
    }

    @Test
    void whatEveryProcessOfARunHasMakesItNone() throws Exception {
        assertThat(PeerProcess.isLauncher(below(2001, "setpriv", "--no-new-privs"))).isFalse();
        // Deeper, and root's.
        assertThat(PeerProcess.isLauncher(below(2001, "unshare", "-U", "--pid", "--fork")))
                .isFalse();
        assertThat(PeerProcess.isLauncher(below(0))).isFalse();
        assertThat(PeerProcess.isLauncher(ProcessHandle.current().pid())).isFalse();
    }
}

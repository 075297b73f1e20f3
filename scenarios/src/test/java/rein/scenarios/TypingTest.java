package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A run on a terminal cannot type on it: what it types would be carried out by the shell that has
 * the terminal next, outside. Nor does it reach anybody else's terminal.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TypingTest {
    /**
     * Types on the terminal that is standard input: TIOCSTI as it is, with bits that the kernel
     * ignores and a filter must not be confused by, and on the terminal by its other name. Then
     * TIOCLINUX, subcode 3 (paste), which only a virtual console knows.
     */
    private static final String TYPE =
            """
            open(my $tty, "+<", "/dev/tty") or die "no terminal";
            my $typed = 0;
            for my $request (0x5412, 0x100005412, 0xffffffff00005412) {
              for my $fd (0, fileno($tty)) {
                $typed++ if syscall(16, $fd, $request, my $x = "x") == 0;
              }
            }
            $typed++ if syscall(16, 0, 0x541c, my $paste = "\\3") == 0;
            print "typed $typed\\n";
            """;

    private final Running node = Running.prepare();

    @BeforeAll
    void start() throws IOException {
        Facilities.forRuns();
        Facilities.program("script");
        Facilities.program("perl");
        assumeTrue(
                "amd64".equals(System.getProperty("os.arch")),
                "missing facility: an x86_64 machine (system calls are tried by number)");
        node.up();
        Files.writeString(node.work().resolve("type.pl"), TYPE);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private String session(String before) {
        try (Pty pty =
                Pty.start(
                        node.work(),
                        node.environment(),
                        "stty -echo -icanon min 0 time 2; "
                                + before
                                + "; echo \"left: <$(head -c 20)>\"; stty sane")) {
            return pty.ended();
        }
    }

    @Test
    void itCannotTypeOnTheTerminalThatItIsLent() {
        assertThat(session("$REIN run --agent typist -- perl type.pl"))
                .contains("typed 0", "left: <>");
        String control = session("perl type.pl");
        assumeTrue(
                control.contains("typed 6") && control.contains("left: <xxxxxx>"),
                "missing facility: a kernel that lets a program type on its terminal"
                        + " (dev.tty.legacy_tiocsti)");
    }

    @Test
    void itDoesNotReachAnotherTerminal() {
        try (Pty other =
                Pty.start(
                        node.work(),
                        node.environment(),
                        "tty > other-terminal; echo here; read -r line; echo \"got $line\"")) {
            other.awaitScreen("here");
            String write =
                    "for t in $(cat other-terminal) /dev/pts/[0-9]* /dev/tty[0-9]* /dev/console /dev/vcs*"
                            + " /proc/1/fd/0 /proc/[0-9]*/fd/[0-9]*; do"
                            + " [ \"$t\" -ef /dev/tty ] || echo a-word > $t; done 2>/dev/null; echo tried";
            Binary.Done done = node.run(List.of("--agent", "writer"), write);
            assertThat(done.ok().out()).contains("tried");
            assertThat(other.screen()).doesNotContain("a-word");
            // The control: root of the host writes there.
            Binary.run(
                            Binary.command(
                                            Map.of(),
                                            List.of(
                                                    "bash",
                                                    "-c",
                                                    "echo b-word > $(cat other-terminal)"))
                                    .directory(node.work().toFile()))
                    .ok();
            other.awaitScreen("b-word");
            other.type("done\n");
            assertThat(other.ended()).contains("got done").doesNotContain("a-word");
        }
    }
}

package rein.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets one clear line that says what to do, and an exit code that is not 0. */
final class MainTest {
    @TempDir Path empty;

    private record Ended(int code, String out, String err) {}

    private static Ended rein(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "run",
                "runs",
                "agents",
                "activity",
                "stop",
                "resume",
                "audit",
                "audit verify",
                "audit prove",
                "audit export",
                "token",
                "token create",
                "doctor",
                "drill"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        String[] words = (command + " --help").split(" ", -1);
        Ended help = rein(words);
        assertThat(help.code()).isEqualTo(0);
        assertThat(help.out()).contains("Usage: rein").contains("Example");
    }

    @Test
    void unknownFlagsAndCommandsAreOneLine() {
        for (List<String> wrong :
                List.of(List.of("runs", "--nope"), List.of("frobnicate"), List.<String>of())) {
            Ended ended = rein(wrong.toArray(String[]::new));
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err().lines()).hasSize(1);
            assertThat(ended.err()).startsWith("rein: ");
            assertThat(ended.out()).isEmpty();
        }
    }

    @Test
    void withoutANodeTheSentenceSaysHowToStartOne() {
        for (String command : List.of("runs", "agents", "activity")) {
            Ended ended = rein(command, "--data", empty.toString());
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).contains("Rein is not running here").contains("rein up");
        }
    }

    @Test
    void withoutALogThereIsNothingToVerify() {
        Ended ended = rein("audit", "verify", "--data", empty.toString());
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("there is no audit log").contains("--data");
    }

    @Test
    void aServerNeedsAToken() {
        assertThat(rein("runs", "--server", "http://127.0.0.1:1").err())
                .contains("--token or REIN_TOKEN");
        assertThat(rein("runs", "--server", "ftp://x", "--token", "t").err())
                .contains("http://host:port");
    }
}

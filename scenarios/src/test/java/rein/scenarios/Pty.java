package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A terminal with a person at it, by script(1): what is typed goes in, what is seen comes out. */
final class Pty implements AutoCloseable {
    private static final long END_SECONDS_MAX = 60;

    private final Process process;
    private final OutputStream keyboard;
    private final Path screen;

    private Pty(Process process, Path screen) {
        this.process = process;
        this.keyboard = process.getOutputStream();
        this.screen = screen;
    }

    /** Runs a shell script on a terminal of its own; {@code $REIN} is the launcher. */
    static Pty start(Path folder, Map<String, String> environment, String shellScript) {
        Facilities.program("script");
        try {
            Path screen = Files.createTempFile(folder, "screen", "");
            ProcessBuilder builder =
                    Binary.command(
                            environment,
                            List.of("script", "-qefc", "bash -c \"$PTY_SCRIPT\"", "/dev/null"));
            builder.environment().put("PTY_SCRIPT", shellScript);
            builder.environment().put("REIN", Binary.LAUNCHER.toString());
            builder.environment().put("SHELL", "/bin/bash");
            builder.environment().put("TERM", "xterm");
            return new Pty(
                    builder.directory(folder.toFile())
                            .redirectOutput(screen.toFile())
                            .redirectErrorStream(true)
                            .start(),
                    screen);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything shown so far, with line ends as the terminal makes them turned into one. */
    String screen() {
        try {
            return Files.readString(screen).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitScreen(String text) {
        Await.until(
                "the terminal shows " + text,
                () -> {
                    assertThat(process.isAlive() || screen().contains(text))
                            .as("%s", screen())
                            .isTrue();
                    return screen().contains(text);
                });
    }

    void type(String text) {
        try {
            keyboard.write(text.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void typeControlC() {
        type("\u0003");
    }

    /** Waits for the script's end and returns everything shown. */
    String ended() {
        try {
            assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS))
                    .as("the terminal's script ends: %s", screen())
                    .isTrue();
            return screen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}

package rein.server.node;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import rein.sandbox.SandboxException;

/**
 * Says a word on a run's own standard error: its terminal, or wherever it was sent. Each word has a
 * daemon thread of its own, because the other end of a pipe may not read; nothing waits for it.
 */
public final class Notices {
    private Notices() {}

    public static void tell(LiveRun run, String sentence) {
        // \r too: the run may have its terminal in raw mode.
        byte[] text = ("\r\nrein: " + plain(sentence) + "\r\n").getBytes(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("notice").start(() -> say(run, text));
    }

    private static void say(LiveRun run, byte[] text) {
        try {
            if (run.sandbox().say(text)) {
                return;
            }
        } catch (SandboxException e) {
            return;
        }
        Path standardError = Path.of("/proc", String.valueOf(run.pid()), "fd", "2");
        try (OutputStream out =
                Files.newOutputStream(
                        standardError, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            out.write(text);
        } catch (IOException e) {
            // The run has no standard error any more; the record says the same.
            return;
        }
    }

    /** A reason is somebody's text: it must not drive the terminal that it is shown on. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "·");
    }
}

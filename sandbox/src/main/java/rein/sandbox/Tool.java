package rein.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one of the distribution's tools ({@code ip}, {@code nft}, {@code unshare}) to its end. The
 * tool is started by the calling thread and so shares that thread's namespaces.
 */
final class Tool {
    /** These tools take milliseconds; a hung one must not hang the node. */
    private static final int RUN_MILLIS_MAX = 10_000;

    /** A pipe's capacity: what a tool can print before anybody reads. */
    private static final int OUTPUT_BYTES_MAX = 1 << 16;

    private Tool() {}

    /**
     * What it printed, standard error included.
     *
     * @throws SandboxException {@code TOOL} when it is missing, fails or takes too long
     */
    static String run(List<String> command, String input) {
        Process process = start(new ProcessBuilder(command).redirectErrorStream(true));
        try (InputStream out = process.getInputStream()) {
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(RUN_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw failed(command, "it did not end within " + RUN_MILLIS_MAX + " ms");
            }
            String output = new String(out.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw failed(command, output.strip());
            }
            return output;
        } catch (IOException e) {
            throw failed(command, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    /** Starts it in the root folder, so that no folder is kept busy. */
    static Process start(ProcessBuilder builder) {
        try {
            return builder.directory(new File("/")).start();
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.TOOL,
                    "The program '"
                            + builder.command().getFirst()
                            + "' cannot be started. Install it: apt-get install -y bubblewrap "
                            + "nftables iproute2 util-linux",
                    e);
        }
    }

    private static SandboxException failed(List<String> command, String why) {
        return new SandboxException(
                SandboxException.Code.TOOL, String.join(" ", command) + " failed: " + why);
    }
}

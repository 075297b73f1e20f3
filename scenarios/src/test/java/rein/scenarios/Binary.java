package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The launcher script at the project's root, as a person types it, with the classes that this build
 * has just packaged and nothing of the caller's own Rein in its environment.
 */
final class Binary {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path LAUNCHER = ROOT.resolve("rein");

    /** No command takes this long, the drill on a loaded machine included. */
    private static final long SECONDS_MAX = 180;

    private static final List<String> CLEARED =
            List.of(
                    "REIN_HOME",
                    "REIN_SERVER",
                    "REIN_TOKEN",
                    "REIN_BOOTSTRAP",
                    "REIN_EXTRA_CA",
                    "SUDO_USER",
                    "HTTPS_PROXY",
                    "HTTP_PROXY",
                    "NO_PROXY",
                    "https_proxy",
                    "http_proxy",
                    "no_proxy");

    private Binary() {}

    /** How a command ended. */
    record Done(int code, String out, String err) {
        Done ok() {
            return exits(0);
        }

        Done exits(int wanted) {
            assertThat(code).as("%s", this).isEqualTo(wanted);
            return this;
        }

        /** Refused: exit 2, nothing on standard output, and one line that says why. */
        String refused() {
            exits(2);
            assertThat(out).isEmpty();
            List<String> lines = err.lines().toList();
            assertThat(lines).as("%s", this).hasSize(1);
            assertThat(lines.getFirst()).startsWith("rein: ").doesNotContain("Exception");
            return lines.getFirst();
        }
    }

    static ProcessBuilder command(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        CLEARED.forEach(builder.environment()::remove);
        builder.environment().put("REIN_CLASSPATH", classPath());
        builder.environment().put("REIN_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** {@code rein} with arguments. */
    static ProcessBuilder rein(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(arguments);
        return command(environment, command);
    }

    /** Runs to its end. Output goes through files: what a command leaves behind holds no pipe. */
    static Done run(ProcessBuilder builder) {
        return run(builder, SECONDS_MAX);
    }

    /** As {@link #run(ProcessBuilder)}, for what may take this long. */
    static Done run(ProcessBuilder builder, long secondsMax) {
        try {
            Path out = Files.createTempFile("rein-out", "");
            Path err = Files.createTempFile("rein-err", "");
            try {
                Process process =
                        builder.redirectInput(Path.of("/dev/null").toFile())
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile())
                                .start();
                if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            builder.command() + " did not end: " + Files.readString(err));
                }
                return new Done(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static String classPath() {
        Path target = ROOT.resolve("server").resolve("target");
        try (Stream<Path> jars = Files.list(target);
                Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            String found =
                    Stream.concat(
                                    jars.filter(jar ->
                                            jar.getFileName()
                                                    .toString()
                                                    .matches("rein-server-[0-9.]+\\.jar")),
                                    libraries.sorted())
                            .map(Path::toString)
                            .collect(Collectors.joining(":"));
            assertThat(found).as("the packaged server").contains("rein-server-");
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("not packaged yet: ./mvnw verify", e);
        }
    }
}

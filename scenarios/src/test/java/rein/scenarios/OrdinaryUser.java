package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A throw-away user of this machine: a number that no account has, a home with a work folder in it,
 * and the binary as this user would start it. Closing it removes the home.
 */
final class OrdinaryUser implements AutoCloseable {
    /**
     * Below the first id that systems give to people of a directory, above all system accounts; of
     * scenarios beside each other each has its own, since the kernel counts processes by it.
     */
    static final int FIRST = 2001 + 10 * Integer.getInteger("rein.fork", 0);

    private final int uid;
    private final Path home;
    private final boolean account;

    private OrdinaryUser(int uid, Path home, boolean account) {
        this.uid = uid;
        this.home = home;
        this.account = account;
    }

    static OrdinaryUser of(int uid) {
        return of(uid, false);
    }

    /** With an account called {@code alice}, which only the user's own processes see. */
    static OrdinaryUser alice() {
        return of(FIRST, true);
    }

    private static OrdinaryUser of(int uid, boolean account) {
        try {
            Path home = Files.createTempDirectory("rein-user-");
            OrdinaryUser user = new OrdinaryUser(uid, home, account);
            Files.createDirectory(user.work());
            Files.writeString(
                    home.resolve("passwd"),
                    Files.readString(Path.of("/etc/passwd"))
                            + "alice:x:%1$d:%1$d::%2$s:/bin/bash\n".formatted(uid, home));
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            user.own(home);
            user.own(user.work());
            return user;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int uid() {
        return uid;
    }

    /** As a node calls this user: by number where there is no account. */
    String name() {
        return account ? "alice" : String.valueOf(uid);
    }

    Path home() {
        return home;
    }

    Path work() {
        return home.resolve("work");
    }

    void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", uid);
        Files.setAttribute(path, "unix:gid", uid);
    }

    /** A command that becomes this user's before it becomes what it is. */
    List<String> becoming(List<String> command) {
        List<String> words = new ArrayList<>();
        if (account) {
            words.addAll(List.of("unshare", "--mount", "--", "sh", "-c"));
            words.add("mount --bind \"$0\" /etc/passwd && exec \"$@\"");
            words.add(home.resolve("passwd").toString());
        }
        words.addAll(List.of("setpriv", "--reuid", String.valueOf(uid)));
        words.addAll(List.of("--regid", String.valueOf(uid), "--clear-groups", "--"));
        words.addAll(command);
        return words;
    }

    ProcessBuilder command(Map<String, String> environment, List<String> command) {
        Map<String, String> all = new TreeMap<>(environment);
        all.put("HOME", home.toString());
        all.put("TMPDIR", home.toString());
        return Binary.command(all, becoming(command)).directory(work().toFile());
    }

    ProcessBuilder rein(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Binary.LAUNCHER.toString()));
        command.addAll(arguments);
        return command(environment, command);
    }

    /** {@code rein} as this user, with what finds that node, to its end. */
    Binary.Done rein(Running node, String... arguments) {
        return Binary.run(rein(node.environment(), List.of(arguments)));
    }

    /** {@code rein run OPTIONS -- bash -c SCRIPT} to its end. */
    Binary.Done run(Running node, List<String> options, String script) {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "bash", "-c", script));
        return rein(node, arguments.toArray(String[]::new));
    }

    /** A run in the background; returns when its script has printed a line. */
    Process start(Running node, String agent, String script) {
        return start(node.environment(), agent, script);
    }

    Process start(Map<String, String> environment, String agent, String script) {
        try {
            Path out = home.resolve(agent + ".out");
            Files.deleteIfExists(out);
            List<String> arguments = List.of("run", "--agent", agent, "--", "bash", "-c", script);
            Process process =
                    rein(environment, arguments)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(home.resolve(agent + ".err").toFile())
                            .start();
            Await.until(
                    "the run of " + agent + " says something",
                    () -> {
                        assertThat(process.isAlive() || Files.size(out) > 0)
                                .as("%s", err(agent))
                                .isTrue();
                        return Files.readString(out).contains("\n");
                    });
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the run of an agent said on standard error. */
    String err(String agent) {
        try {
            return Files.readString(home.resolve(agent + ".err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a run may try against the host, each attempt with its control: the same lines without Rein,
 * as root, succeed. An attempt is the smallest harmless thing that proves the point.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttemptsTest {
    /** In the command line of a process of the host, and in no attempt's own. */
    private static final String MARK = "a-process-of-the-host";

    /** Each is a shell script that exits 0 when it got what it wanted. */
    enum Attempt {
        WRITE_BESIDE_THE_WORK_FOLDER("echo x > $PWD/../beside && [ -d $PWD/../outside ]"),
        WRITE_THROUGH_A_SYMBOLIC_LINK("ln -sfn $OUTSIDE/new link && echo x > link"),
        WRITE_THROUGH_OWN_ROOT("echo x > /proc/self/root$OUTSIDE/own-root"),
        WRITE_THROUGH_THE_ROOT_OF_INIT("echo x > /proc/$PARENT/root$OUTSIDE/init-root"),
        HARD_LINK_TO_WHAT_IS_OUTSIDE("ln $OUTSIDE/secret hard"),
        READ_WHAT_IS_OUTSIDE("cat $OUTSIDE/secret"),
        READ_THE_SHADOW("cat /etc/shadow"),
        WRITE_THE_SYSTEM("[ -w /usr/bin/env ] || [ -w /etc/passwd ]"),
        MOUNT("mkdir -p m && $PRIVATELY mount --bind /usr m"),
        OWN_USER_NAMESPACE("unshare --user --map-root-user true"),
        OTHER_NETWORK("$PRIVATELY nsenter --net=/proc/self/ns/net true"),
        CHANGE_ROOT("chroot / true"),
        SET_USER_ID_BIT("cp /usr/bin/id id && chmod u+s id && [ -u id ]"),
        SET_GROUP_ID_BIT("cp /usr/bin/id id2 && chmod g+s id2 && [ -g id2 ]"),
        DEVICE_NODE("mknod device c 1 3 && echo x > device"),
        CORE_PATTERN(
                "p=$(cat /proc/sys/kernel/core_pattern); printf %s \"$p\" > /proc/sys/kernel/core_pattern"),
        CONTROL_GROUPS("ls /sys/fs/cgroup/*"),
        SEE_A_PROCESS_OF_THE_HOST("grep -qas \"[a]-process-of-the-host\" /proc/[0-9]*/cmdline"),
        SIGNAL_A_PROCESS_OF_THE_HOST("kill -0 $PEER"),
        READ_THE_ENVIRONMENT_OF_THE_HOST(
                "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -q ^REIN_CONTENT_KEY_FILE="),
        TRACE_THE_PARENT(
                "perl -e 'exit(syscall(101, 0x4206, 0 + shift, 0, 0) == 0 ? 0 : 1)' $PARENT"),
        READ_THE_MEMORY_OF_A_PROCESS_OF_THE_HOST("head -c 1 /proc/$PEER/maps"),
        SWAP_THE_FILES_OF_THE_LAUNCHER("[ -w $LAUNCHER ]"),
        OPEN_BY_HANDLE(
                "perl -e 'my $h = pack(\"IIx128\", 128, 0); my $m = pack(\"I\", 0); my $p = \".\";"
                        + " syscall(303, -100, $p, $h, $m, 0) == 0 or exit 1; open(my $d, \"<\", \".\");"
                        + " exit(syscall(304, fileno($d), $h, 0) >= 0 ? 0 : 1)'"),
        CONTROL_SOCKET(unix("$SOCKET")),
        SOCKET_OF_A_HOST_PROGRAM(unix("$OUTSIDE/host.sock")),
        ABSTRACT_SOCKET_OF_A_HOST_PROGRAM(unix("\\\\0a-process-of-$THE_HOST")),
        MANAGEMENT_PORT("exec 3<>/dev/tcp/127.0.0.1/$PORT"),
        DATA_FOLDER("ls $DATA/logs $DATA/run"),
        KEY("cat $OUTSIDE/../content.key");

        private final String script;

        Attempt(String script) {
            this.script = script;
        }

        private static String unix(String path) {
            return "perl -MSocket -e 'my $p = shift; $p =~ s/^\\\\0/\\0/; socket(my $s, AF_UNIX, SOCK_STREAM, 0);"
                    + " exit(connect($s, sockaddr_un($p)) ? 0 : 1)' \""
                    + path
                    + "\"";
        }
    }

    private final Running node = Running.prepare();
    private Map<String, Integer> without = Map.of();
    private Map<String, Integer> within = Map.of();

    @BeforeAll
    void tryAll() throws IOException {
        Facilities.forRuns();
        Facilities.program("perl");
        assumeTrue(
                "amd64".equals(System.getProperty("os.arch")),
                "missing facility: an x86_64 machine (system calls are tried by number)");
        node.up();
        Path outside = Files.createDirectory(node.folder().resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret\n");
        try (ServerSocketChannel host = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            host.bind(UnixDomainSocketAddress.of(outside.resolve("host.sock")));
            Process peer =
                    Binary.command(
                                    Map.of(),
                                    List.of(
                                            "perl",
                                            "-MSocket",
                                            "-e",
                                            "socket(my $s, AF_UNIX, SOCK_STREAM, 0);"
                                                    + " bind($s, sockaddr_un(\"\\0$ARGV[0]\")) or die;"
                                                    + " listen($s, 9); print \"ready\\n\"; close(STDOUT); sleep(600)",
                                            MARK))
                            .start();
            try {
                assertThat(peer.inputReader().readLine()).isEqualTo("ready");
                String facts =
                        "THE_HOST=the-host; OUTSIDE=%s; SOCKET=%s; DATA=%s; PORT=%d; PEER=%d; LAUNCHER=%s; "
                                .formatted(
                                        outside,
                                        node.data().resolve("run").resolve("rein.sock"),
                                        node.data(),
                                        node.port(),
                                        peer.pid(),
                                        Binary.LAUNCHER);
                Map<String, String> environment = new TreeMap<>(node.environment());
                Binary.Done control =
                        Binary.run(
                                Binary.command(
                                                environment,
                                                List.of(
                                                        "bash",
                                                        "-c",
                                                        facts
                                                                + "PRIVATELY='unshare --mount'; PARENT=$PEER; "
                                                                + all()))
                                        .directory(node.work().toFile()));
                without = codes(control);
                try (var left = Files.list(node.work())) {
                    for (Path each : left.toList()) {
                        Files.delete(each);
                    }
                }
                within =
                        codes(
                                node.run(
                                        List.of("--agent", "attempts"),
                                        facts + "PRIVATELY=; PARENT=1; " + all()));
            } finally {
                peer.destroyForcibly();
            }
        }
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private static String all() {
        return List.of(Attempt.values()).stream()
                .map(attempt ->
                        "( "
                                + attempt.script
                                + " ) >/dev/null 2>&1 </dev/null; echo "
                                + attempt.name()
                                + " $?\n")
                .collect(Collectors.joining());
    }

    private static Map<String, Integer> codes(Binary.Done done) {
        Map<String, Integer> codes =
                done.out()
                        .lines()
                        .map(line -> line.split(" ", 2))
                        .collect(
                                Collectors.toMap(
                                        part -> part[0], part -> Integer.valueOf(part[1])));
        assertThat(codes).as("%s", done).hasSize(Attempt.values().length);
        return codes;
    }

    @ParameterizedTest
    @EnumSource
    void itSucceedsWithoutReinAndFailsUnderIt(Attempt attempt) {
        assertThat(within)
                .as("under Rein")
                .hasEntrySatisfying(attempt.name(), code -> assertThat(code).isNotZero());
        assumeTrue(
                without.getOrDefault(attempt.name(), 1) == 0,
                () -> "missing facility: a machine where " + attempt + " succeeds without Rein");
    }
}

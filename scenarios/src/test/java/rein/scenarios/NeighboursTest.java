package rein.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a run may try against Rein's listeners, against another run, and to approve itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NeighboursTest {
    private static final String GET =
            "printf 'GET / HTTP/1.1\\r\\nHost: 203.0.113.5\\r\\nConnection: close\\r\\n\\r\\n' >&3; head -1 <&3; ";

    /**
     * {@code bind(tcp|udp, address, port)} prints {@code bound} or why not, and goes on listening.
     */
    private static final String BIND =
            """
            use Socket qw(:all); use Errno;
            my @kept;
            sub attempt {
              my ($type, $address, $port, @options) = @_;
              my $six = $address =~ /:/;
              socket(my $s, $six ? AF_INET6 : AF_INET, $type eq "tcp" ? SOCK_STREAM : SOCK_DGRAM, 0) or die $!;
              setsockopt($s, SOL_SOCKET, $_, 1) for @options;
              my $ip = inet_pton($six ? AF_INET6 : AF_INET, $address);
              my $ok = bind($s, $six ? pack_sockaddr_in6($port, $ip) : pack_sockaddr_in($port, $ip));
              $ok &&= listen($s, 9) if $type eq "tcp";
              print "$type $address $port " . ($ok ? "bound" : "refused") . "\\n";
              push @kept, $s;
            }
            $| = 1;
            """;

    private final Running node = Running.prepare();

    @BeforeAll
    void start() {
        Facilities.forRuns();
        Facilities.program("perl");
        node.up();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void theDoorsPortsCannotBeTaken() throws IOException {
        StringBuilder script = new StringBuilder(BIND);
        for (String address : List.of("127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1")) {
            for (String where : List.of("tcp,15001", "tcp,3128", "udp,15053")) {
                String[] part = where.split(",", 2);
                for (String options :
                        List.of("", ", SO_REUSEADDR", ", SO_REUSEADDR, SO_REUSEPORT")) {
                    script.append(
                            "attempt('%s', '%s', %s%s);\n"
                                    .formatted(part[0], address, part[1], options));
                }
            }
        }
        Path file = Files.writeString(node.work().resolve("bind.pl"), script);
        // Without Rein, in a network namespace of its own, the first of them succeeds.
        Facilities.program("unshare");
        Binary.Done control =
                Binary.run(
                        Binary.command(
                                Map.of(),
                                List.of(
                                        "unshare",
                                        "--net",
                                        "bash",
                                        "-c",
                                        "ip link set lo up; perl " + file)));
        assertThat(control.ok().out())
                .contains("tcp 127.0.0.1 15001 bound", "udp 127.0.0.1 15053 bound");
        Binary.Done done = node.rein("run", "--", "perl", "bind.pl").ok();
        assertThat(done.out().lines()).hasSize(36).allMatch(line -> line.endsWith(" refused"));
    }

    /** A run's own address has the ports free; what is redirected goes to the door all the same. */
    @Test
    void aListenerBesideTheDoorGetsNothing() throws IOException {
        Files.writeString(
                node.work().resolve("beside.pl"),
                BIND
                        + """
                        attempt('tcp', '198.18.0.1', 15001, SO_REUSEADDR);
                        attempt('tcp', '198.18.0.1', 3128, SO_REUSEADDR);
                        attempt('udp', '198.18.0.1', 15053, SO_REUSEADDR);
                        attempt('udp', '198.18.0.1', 53, SO_REUSEADDR);
                        my $stolen = '';
                        vec($stolen, fileno($_), 1) = 1 for @kept;
                        print select($stolen, undef, undef, shift) > 0 ? "stolen\\n" : "nothing came\\n";
                        """);
        try (Contained forger =
                Contained.start(
                        node,
                        "forger",
                        List.of(),
                        "perl beside.pl 3 & echo here; sleep 0.5;"
                                + " exec 3<>/dev/tcp/203.0.113.5/80; "
                                + GET
                                + "getent hosts models.example.com; wait")) {
            // Another run has a door of its own, whatever its neighbour listens on.
            Binary.Done other =
                    node.run(
                            List.of("--agent", "neighbour"),
                            "exec 3<>/dev/tcp/203.0.113.5/80; "
                                    + GET
                                    + "getent hosts models.example.com");
            assertThat(other.out()).contains("HTTP/1.1 403", "198.19.");
            assertThat(forger.ended()).as("%s", forger.err()).isZero();
            assertThat(forger.out())
                    .contains(
                            "HTTP/1.1 403", "198.19.", "nothing came", "udp 198.18.0.1 53 refused")
                    .doesNotContain("stolen");
        }
        assertThat(node.records("kind=decision&decision=deny&agent=forger")).hasSize(1);
        assertThat(node.records("kind=decision&decision=deny&agent=neighbour")).hasSize(1);
    }

    @Test
    void anotherRunCannotBeRead() throws IOException {
        Path theirs = Files.createDirectory(node.folder().resolve("theirs"));
        Path mine = Files.createDirectory(node.folder().resolve("mine"));
        String leave =
                "echo a-secret-of-theirs | tee file /tmp/their-tmp ~/their-home /dev/shm/their-shm >/dev/null;"
                        + " perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0);"
                        + " bind($s, sockaddr_un(\"\\0theirs\")) or die; listen($s, 9); $| = 1;"
                        + " print \"here\\n\"; close(STDOUT); sleep 600' a-secret-of-theirs";
        String look =
                // The brackets keep the search from finding itself.
                "grep -qas '[a]-secret-of-theirs' /proc/[0-9]*/cmdline /proc/[0-9]*/environ && echo process;"
                        + " grep -rqs '[a]-secret-of-theirs' /tmp /var/tmp /dev/shm /home /run %1$s && echo file;"
                        + " ls %1$s 2>/dev/null;"
                        + " perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0);"
                        + " exit(connect($s, sockaddr_un(\"\\0theirs\")) ? 0 : 1)' && echo socket;"
                        + " echo looked";
        List<String> keep =
                List.of("--env", "KEPT=a-secret-of-theirs", "--workdir", theirs.toString());
        try (Contained other = Contained.start(node, "other", keep, leave)) {
            // The control: root of the host sees the process and the file.
            Binary.Done control =
                    Binary.run(
                            Binary.command(
                                    Map.of(), List.of("bash", "-c", look.formatted(theirs))));
            assertThat(control.out()).contains("process", "file");
            Binary.Done done =
                    node.run(List.of("--workdir", mine.toString()), look.formatted(theirs));
            assertThat(done.ok().out()).isEqualTo("looked\n");
            assertThat(other.isAlive()).isTrue();
            assertThat(Files.readString(theirs.resolve("file"))).startsWith("a-secret");
        }
    }

    /** The command line is there to be read, with its JDK, and still commands nothing. */
    @Test
    void theCommandLineInARunCommandsNothing() throws IOException {
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        List<String> options =
                List.of(
                        "--agent",
                        "commander",
                        "--read",
                        Binary.ROOT.toString(),
                        "--read",
                        java.toString(),
                        "--env",
                        "REIN_JAVA_HOME=" + java,
                        "--env",
                        "REIN_HOME=" + node.data(),
                        "--env",
                        "REIN_CLASSPATH=" + Binary.classPath());
        String said =
                node.run(
                                options,
                                ("for command in runs agents 'stop --fleet' 'resume 00000000'"
                                                + " 'token create --person me' 'up --stop'"
                                                + " 'run -- true' 'activity' 'approve 1'; do"
                                                + " %1$s $command; echo \"code $?\"; done 2>&1;"
                                                + " %1$s runs --server http://127.0.0.1:%2$d"
                                                + " --token rein_x_y 2>&1; echo \"code $?\"")
                                        .formatted(Binary.LAUNCHER, node.port()))
                        .ok()
                        .out();
        List<String> codes = said.lines().filter(line -> line.startsWith("code ")).toList();
        assertThat(codes).as("%s", said).hasSize(10).doesNotContain("code 0");
        assertThat(said).contains("Rein is not running here");
        assertThat(node.records("kind=stop-ordered&agent=commander")).isEmpty();
        assertThat(node.rein("runs").ok().out()).contains("commander");
    }

    /** Granted by name and port, Rein's own listener on this host is refused all the same. */
    @Test
    void theManagementPortIsNotReachedByAGrant() throws IOException {
        InetAddress address = Facilities.ownAddress();
        try (Running wide = Running.prepare()) {
            wide.up(
                    Binary.rein(
                            wide.environment(),
                            List.of("up", "--port", "" + wide.port(), "--address", "0.0.0.0")));
            String own = address.getHostAddress();
            Path policy =
                    Files.writeString(
                            wide.work().resolve("own.cedar"),
                            "permit (principal, action, resource == Host::\"" + own + "\");\n");
            Binary.Done control =
                    Binary.run(
                            Binary.command(
                                    Map.of(),
                                    List.of(
                                            "bash",
                                            "-c",
                                            "exec 3<>/dev/tcp/%s/%d; printf 'GET /v1/health HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3; head -1 <&3"
                                                    .formatted(own, wide.port()))));
            assertThat(control.out()).contains(" 200 ");
            Path answer = wide.work().resolve("answer");
            String script =
                    "exec 3<>/dev/tcp/%s/%d; printf 'GET /v1/health HTTP/1.1\\r\\nHost: %s:%d\\r\\nConnection: close\\r\\n\\r\\n' >&3; head -1 <&3 > answer"
                            .formatted(own, wide.port(), own, wide.port());
            ProcessBuilder command =
                    Binary.rein(
                            wide.environment(),
                            List.of(
                                    "run",
                                    "--agent",
                                    "neighbour",
                                    "--policy",
                                    policy.toString(),
                                    "--",
                                    "bash",
                                    "-c",
                                    script));
            Process run =
                    command.directory(wide.work().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(wide.work().resolve("said").toFile())
                            .start();
            // The attempt suspends the run, sometimes before it has read its refusal.
            Await.until(
                    "it is refused, or stopped",
                    () ->
                            (Files.exists(answer) && Files.readString(answer).contains(" 403 "))
                                    || wide.newest("neighbour")
                                            .filter(it -> it.state().equals("suspended"))
                                            .isPresent());
            assertThat(Files.exists(answer) ? Files.readString(answer) : "")
                    .doesNotContain(" 200 ");
            run.destroyForcibly();
        }
    }
}

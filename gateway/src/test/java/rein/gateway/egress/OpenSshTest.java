package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import rein.gateway.RunLedger;
import rein.testkit.MemoryRecorder;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Decision;

/** The real client prints our reason. */
final class OpenSshTest {
    @Test
    void printsWhyItWasRefused() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "missing facility: OpenSSH client");
        SimulatedTime time = new SimulatedTime();
        MemoryRecorder recorder = new MemoryRecorder(time, 1);
        InetAddress outside = InetAddress.ofLiteral("8.8.8.8");
        RunListeners listeners =
                new RunListeners(
                        ServerSocketChannel.open().bind(new InetSocketAddress(Lab.LOOPBACK, 0)),
                        ServerSocketChannel.open().bind(new InetSocketAddress(Lab.LOOPBACK, 0)),
                        DatagramChannel.open().bind(new InetSocketAddress(Lab.LOOPBACK, 0)));
        int port = ((InetSocketAddress) listeners.redirected().getLocalAddress()).getPort();
        Parts parts =
                new Parts(
                        (request, snapshot, facts) ->
                                Decision.deny(
                                        "ssh-not-permitted",
                                        "No policy permits SSH to 8.8.8.8.",
                                        "Ask alice for a grant."),
                        name -> new Resolution(java.util.List.of(), Resolution.Source.DNS),
                        recorder,
                        accepted -> new InetSocketAddress(outside, 22),
                        Set::of,
                        at -> false,
                        time);
        try (EgressDoor door = new EgressDoor(parts)) {
            RunDoor _ =
                    door.open(
                            new Lab.Context(1),
                            listeners,
                            new RunLedger(new rein.testkit.SimulatedTime()));
            Process ssh =
                    new ProcessBuilder(
                                    "/usr/bin/ssh",
                                    "-F",
                                    "none",
                                    "-o",
                                    "BatchMode=yes",
                                    "-o",
                                    "StrictHostKeyChecking=no",
                                    "-o",
                                    "UserKnownHostsFile=/dev/null",
                                    "-N",
                                    "-R",
                                    "9000:127.0.0.1:22",
                                    "-p",
                                    Integer.toString(port),
                                    "nobody@127.0.0.1")
                            .redirectErrorStream(true)
                            .start();
            String said = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(ssh.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(said)
                    .contains("Received disconnect from 127.0.0.1")
                    .contains("No policy permits SSH to 8.8.8.8. Ask alice for a grant.");
            assertThat(ssh.exitValue()).isEqualTo(255);
        }
    }
}

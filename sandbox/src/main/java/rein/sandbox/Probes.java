package rein.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The script that the self-test runs inside: each line of its answer is {@code name TAB held|open
 * TAB what happened}. Perl, since Debian and Ubuntu always have it (perl-base is essential) and it
 * can make any system call.
 */
final class Probes {
    static final String TCP = "direct TCP to an address";
    static final String UDP = "UDP";
    static final String IPV6 = "IPv6";
    static final String UID = "dedicated uid";

    static final List<String> NAMES =
            List.of(
                    UID,
                    "no capabilities",
                    TCP,
                    UDP,
                    IPV6,
                    "raw ICMP socket",
                    "AF_VSOCK",
                    "AF_PACKET",
                    "user namespace",
                    "ptrace",
                    "mount",
                    "io_uring",
                    "memory file",
                    "host sockets",
                    "abstract sockets of the host",
                    "root's home and /etc/shadow",
                    "device nodes",
                    "terminal injection",
                    "set-uid file",
                    "write to the system",
                    "more processes than allowed");

    private static final String SCRIPT = "self-test.pl";

    private Probes() {}

    static List<String> command(
            Architecture architecture, InetSocketAddress nowhere, String token, int processes) {
        String script =
                script().replace("@HOST@", nowhere.getAddress().getHostAddress())
                        .replace("@PORT@", Integer.toString(nowhere.getPort()))
                        .replace("@TOKEN@", token)
                        .replace("@PROCESSES@", Integer.toString(processes));
        for (Syscall name :
                List.of(
                        Syscall.UNSHARE,
                        Syscall.PTRACE,
                        Syscall.MOUNT,
                        Syscall.IO_URING_SETUP,
                        Syscall.MEMFD_CREATE,
                        Syscall.MKNODAT)) {
            script = script.replace("@" + name + "@", Integer.toString(name.number(architecture)));
        }
        return List.of("/usr/bin/perl", "-e", script);
    }

    private static String script() {
        try (InputStream in = Probes.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new SandboxException(
                        SandboxException.Code.CLOSED, SCRIPT + " is missing from this build.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.CLOSED, SCRIPT + " cannot be read.", e);
        }
    }
}

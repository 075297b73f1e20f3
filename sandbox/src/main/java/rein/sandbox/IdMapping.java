package rein.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A user namespace that exists only to map one owner on disk to one run: the run sees the work
 * folder's files as its own, and what it creates belongs to that owner on disk (mount_setattr(2),
 * id-mapped mounts). Files of other owners appear as nobody's.
 */
final class IdMapping implements AutoCloseable {
    private static final String READY = "ready";

    private final Linux linux;
    private final int fd;
    private final AtomicBoolean closed = new AtomicBoolean();

    private IdMapping(Linux linux, int fd) {
        this.linux = linux;
        this.fd = fd;
    }

    /** A child holds the namespace open until this process has its own descriptor of it. */
    static IdMapping create(Linux linux, int ownerUid, int ownerGid, int runId) {
        Process holder =
                Tool.start(
                        new ProcessBuilder(
                                        List.of(
                                                "unshare",
                                                "--user",
                                                "sh",
                                                "-c",
                                                "echo " + READY + "; read -r end"))
                                .redirectErrorStream(true));
        try (BufferedReader output = holder.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            if (!READY.equals(line)) {
                throw new SandboxException(
                        SandboxException.Code.UNSUPPORTED,
                        "No user namespace can be made here (" + line + ").");
            }
            Path proc = Path.of("/proc", Long.toString(holder.pid()));
            KernelFile.write(proc.resolve("uid_map"), ownerUid + " " + runId + " 1");
            KernelFile.write(proc.resolve("gid_map"), ownerGid + " " + runId + " 1");
            return new IdMapping(linux, linux.open(proc + "/ns/user", Linux.O_RDONLY));
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.TOOL, "unshare did not answer: " + e.getMessage(), e);
        } finally {
            holder.destroyForcibly();
        }
    }

    String path() {
        return "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            linux.close(fd);
        }
    }
}

package rein.server.command;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import rein.server.node.HandOver;
import rein.server.node.HandOverFile;

/**
 * Whether one node has handed over its runs and the next does not answer yet. A command that comes
 * in between waits for the next one: a stop must not fail, and no second node is to be started.
 */
final class Restart {
    private static final long POLL_MILLIS = 100;

    private Restart() {}

    /** Returns when something answers, no restart is under way, or its bound is over. */
    static void await(Path socket) {
        for (long waited = 0;
                waited < HandOver.SECONDS_MAX * 1_000L && isUnderWay(socket) && !answers(socket);
                waited += POLL_MILLIS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
    }

    private static boolean isUnderWay(Path socket) {
        Path folder = socket.resolve("..").resolve("..").normalize();
        return Files.exists(folder.resolve(HandOverFile.NAME))
                || (Files.exists(folder.resolve(HandOverFile.TAKEN)) && isHeld(folder));
    }

    /** Whether the process that took the runs is still there. */
    private static boolean isHeld(Path folder) {
        try {
            String pid = Files.readString(folder.resolve("lock")).strip();
            return pid.matches("[0-9]{1,10}")
                    && ProcessHandle.of(Long.parseLong(pid))
                            .filter(ProcessHandle::isAlive)
                            .isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}

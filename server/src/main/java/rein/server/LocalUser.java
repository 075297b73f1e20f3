package rein.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whose process this is. */
public final class LocalUser {
    private LocalUser() {}

    /** The effective user id, as this process's user namespace numbers it. */
    public static int uid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("/proc is not readable", e);
        }
    }

    public static boolean isRoot() {
        return uid() == 0;
    }
}

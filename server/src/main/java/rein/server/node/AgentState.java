package rein.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import rein.server.api.HomeRequest;
import rein.server.http.ProblemException;

/**
 * What an agent's client keeps from run to run: a folder for each agent and owner of work folders,
 * never the caller's own, never another agent's.
 */
public final class AgentState {
    private final Path folder;

    /**
     * Keeps it all below one folder.
     *
     * @param folder reached by nobody but the node
     */
    public AgentState(Path folder) {
        this.folder = folder;
    }

    /**
     * Path below the run's home → folder of the host, made where it is missing.
     *
     * @param workdir whose owner owns the state too, so that one mapping shows both to the run
     */
    SortedMap<String, Path> of(String agent, HomeRequest home, Path workdir) {
        SortedMap<String, Path> state = new TreeMap<>();
        if (home.state().isEmpty() || !Files.isDirectory(workdir)) {
            return state;
        }
        try {
            int uid = (int) Files.getAttribute(workdir, "unix:uid");
            int gid = (int) Files.getAttribute(workdir, "unix:gid");
            for (String path : home.state()) {
                Path kept = place(agent, uid, path);
                Files.createDirectories(kept);
                Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rwx------"));
                Files.setAttribute(kept, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(kept, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
                state.put(path, kept);
            }
            forgetSettings(home, state);
        } catch (IOException e) {
            throw new ProblemException(
                    503,
                    "no-state",
                    "The agent's own folder could not be made: " + ProblemException.why(e));
        }
        return state;
    }

    /** Where it is kept or would be; nothing is made. */
    SortedMap<String, Path> planned(String agent, HomeRequest home) {
        SortedMap<String, Path> state = new TreeMap<>();
        home.state().forEach(path -> state.put(path, folder.resolve(agent)));
        return state;
    }

    /** Where the process of a caller who is not root makes it. */
    static SortedMap<String, Path> ofCaller(String agent, HomeRequest home) {
        SortedMap<String, Path> state = new TreeMap<>();
        home.state().forEach(path -> state.put(path, home.ownState(agent, path)));
        return state;
    }

    /**
     * Whether the node, which is root, may read a folder on behalf of a caller: what is the
     * caller's own.
     */
    static boolean mayLook(Path workdir, Optional<Integer> caller) {
        try {
            return caller.isEmpty() || caller.get().equals(Files.getAttribute(workdir, "unix:uid"));
        } catch (IOException e) {
            return false;
        }
    }

    private Path place(String agent, int uid, String path) {
        return folder.resolve(agent).resolve(Integer.toString(uid)).resolve(path.replace('/', '+'));
    }

    /**
     * Where settings lay over the state, an empty file stays below them. Without those settings a
     * client would read it.
     */
    private static void forgetSettings(HomeRequest home, SortedMap<String, Path> state)
            throws IOException {
        for (Map.Entry<String, Path> kept : state.entrySet()) {
            for (String name : home.settings().keySet()) {
                Path path = Path.of(name);
                // Only what lies in the folder itself: no link of the run's own is on the way.
                if (Path.of(kept.getKey()).equals(path.getParent())) {
                    Path below = kept.getValue().resolve(path.getFileName());
                    if (Files.isRegularFile(below, LinkOption.NOFOLLOW_LINKS)
                            && Files.size(below) == 0) {
                        Files.delete(below);
                    }
                }
            }
        }
    }
}

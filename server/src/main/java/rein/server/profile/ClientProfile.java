package rein.server.profile;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one agent's command line needs, as its data file says. docs/reference/client-profiles.md is
 * the format.
 *
 * @param name of the file, without its ending
 * @param commands the names by which it is started
 * @param settings files below the caller's home that a run sees and cannot write
 * @param state folders below the home that are kept for each agent, and never the caller's own
 * @param environment variables that a run keeps
 * @param logins variables and files that a run is not given, and is told so
 * @param telemetry hosts to which it reports uninvited; denied quietly
 * @param needs programs that it is run by
 */
public record ClientProfile(
        String name,
        List<String> commands,
        List<String> settings,
        List<String> state,
        List<String> environment,
        List<String> logins,
        List<String> telemetry,
        List<String> needs) {
    private static final Set<String> KEYS =
            Set.of("commands", "settings", "state", "environment", "logins", "telemetry", "needs");

    public ClientProfile {
        commands = List.copyOf(commands);
        settings = belowHome(settings);
        state = belowHome(state);
        environment = List.copyOf(environment);
        logins = List.copyOf(logins);
        telemetry = List.copyOf(telemetry);
        needs = List.copyOf(needs);
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException naming the key that is wrong
     */
    static ClientProfile read(String name, Reader text) throws IOException {
        Properties all = new Properties();
        all.load(text);
        Set<String> unknown = new TreeSet<>(all.stringPropertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown key '"
                            + unknown.iterator().next()
                            + "'; there are "
                            + new TreeSet<>(KEYS));
        }
        if (list(all, "commands").isEmpty()) {
            throw new IllegalArgumentException("'commands' names no command");
        }
        return new ClientProfile(
                name,
                list(all, "commands"),
                list(all, "settings"),
                list(all, "state"),
                list(all, "environment"),
                list(all, "logins"),
                list(all, "telemetry"),
                list(all, "needs"));
    }

    private static List<String> list(Properties all, String key) {
        return Arrays.stream(all.getProperty(key, "").split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    private static List<String> belowHome(List<String> paths) {
        for (String path : paths) {
            Path normal = Path.of(path).normalize();
            if (normal.isAbsolute() || normal.toString().isEmpty() || normal.startsWith("..")) {
                throw new IllegalArgumentException("'" + path + "' is no path below the home");
            }
        }
        return List.copyOf(paths);
    }
}

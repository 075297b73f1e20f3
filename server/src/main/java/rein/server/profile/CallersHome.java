package rein.server.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import rein.sandbox.GitConfig;
import rein.sandbox.SandboxSpec;
import rein.server.api.HomeRequest;

/** What a run is given of its caller's home, environment and programs, and what it is not. */
public final class CallersHome {
    /** For a person who writes one. */
    private static final String HOW = "docs/reference/client-profiles.md";

    private static final long GIT_CONFIG_BYTES_MAX = 256 * 1024;

    /**
     * All that follows from the command and the caller.
     *
     * @param readable folders that the run may read, besides those that were asked for
     * @param notes lines for the person who started it
     */
    public record Given(
            HomeRequest home,
            List<String> readable,
            Map<String, String> environment,
            List<String> notes) {}

    private final Path home;
    private final Function<String, Optional<String>> environment;
    private final ClientProfiles profiles;

    public CallersHome(
            Path home, Function<String, Optional<String>> environment, ClientProfiles profiles) {
        this.home = home;
        this.environment = environment;
        this.profiles = profiles;
    }

    /** The home of the person who asked: with sudo, of the one who typed it. */
    public static Path of(Function<String, Optional<String>> environment) {
        Path own =
                Path.of(environment.apply("HOME").orElseGet(() -> System.getProperty("user.home")));
        Optional<String> user = environment.apply("SUDO_USER").filter(name -> !name.equals("root"));
        if (user.isEmpty()) {
            return own;
        }
        try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"))) {
            return lines.map(line -> line.split(":", -1))
                    .filter(parts -> parts.length > 5 && parts[0].equals(user.get()))
                    .map(parts -> Path.of(parts[5]))
                    .findFirst()
                    .orElse(own);
        } catch (IOException e) {
            return own;
        }
    }

    /**
     * Judges one command.
     *
     * @param visible the work folder and what the caller named with {@code --read}
     * @param variables names that the caller gave with {@code --env}
     * @throws IllegalArgumentException with the sentence that fixes it
     */
    public Given given(List<String> command, List<Path> visible, List<String> variables) {
        String program = command.getFirst();
        String name = program.substring(program.lastIndexOf('/') + 1);
        Optional<ClientProfile> profile = profiles.of(name);
        List<String> readable = new ArrayList<>();
        Map<String, String> given = new TreeMap<>();
        List<String> notes = new ArrayList<>();
        programs(program, profile, visible, readable, given);
        profile.ifPresentOrElse(
                known -> {
                    for (String variable : known.environment()) {
                        environment.apply(variable).ifPresent(value -> given.put(variable, value));
                    }
                    logins(known, variables).ifPresent(notes::add);
                },
                () -> emptyHome(name).ifPresent(notes::add));
        HomeRequest request =
                new HomeRequest(
                        profile.map(ClientProfile::name),
                        profile.map(this::settings).orElseGet(Map::of),
                        profile.map(ClientProfile::state).orElseGet(List::of),
                        home.resolve(".local/state/rein/agents").toString(),
                        profile.map(ClientProfile::telemetry).orElseGet(List::of),
                        gitIdentity());
        return new Given(request, readable, given, notes);
    }

    private void programs(
            String command,
            Optional<ClientProfile> profile,
            List<Path> visible,
            List<String> readable,
            Map<String, String> given) {
        Programs programs =
                new Programs(environment.apply("PATH").orElse(SandboxSpec.PATH), home, visible);
        List<String> names = new ArrayList<>(List.of(command));
        profile.ifPresent(known -> names.addAll(known.needs()));
        TreeSet<Path> folders = new TreeSet<>();
        List<String> path = new ArrayList<>();
        for (String each : names) {
            Optional<Path> found = programs.find(each);
            if (found.isEmpty()) {
                continue;
            }
            if (!programs.seen(found.get())) {
                if (profile.isEmpty()) {
                    throw unseen(command, found.get(), programs.folders(found.get()));
                }
                folders.addAll(programs.folders(found.get()));
            }
            Optional.ofNullable(found.get().getParent())
                    .map(Path::toString)
                    .filter(folder -> !List.of(SandboxSpec.PATH.split(":", -1)).contains(folder))
                    .filter(folder -> !each.contains("/") && !path.contains(folder))
                    .ifPresent(path::add);
        }
        folders.forEach(folder -> readable.add(folder.toString()));
        if (!path.isEmpty()) {
            given.put("PATH", String.join(":", path) + ":" + SandboxSpec.PATH);
        }
    }

    private static IllegalArgumentException unseen(
            String command, Path found, Iterable<Path> folders) {
        List<String> options = new ArrayList<>();
        folders.forEach(folder -> options.add("--read " + folder));
        return new IllegalArgumentException(
                "'"
                        + command
                        + "' is "
                        + found
                        + ", which a run does not see. Show it: rein run "
                        + String.join(" ", options)
                        + " … ; or write a client profile for it: "
                        + HOW);
    }

    /** What the caller has, and the run has not. */
    private Optional<String> logins(ClientProfile profile, List<String> variables) {
        List<String> kept =
                profile.logins().stream()
                        .filter(login -> !variables.contains(login))
                        .filter(login ->
                                login.contains("/")
                                        ? Files.exists(home.resolve(login))
                                        : environment.apply(login).isPresent())
                        .toList();
        return kept.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "not given to the run: "
                                + String.join(", ", kept)
                                + " (a key that is given can be read by all that the agent starts;"
                                + " --env NAME gives one)");
    }

    private Optional<String> emptyHome(String name) {
        return Stream.of("." + name, ".config/" + name)
                .filter(folder -> Files.isDirectory(home.resolve(folder)))
                .findFirst()
                .map(folder ->
                        name
                                + " finds an empty home: ~/"
                                + folder
                                + " is not in the run. A client profile shows what it needs: "
                                + HOW);
    }

    private Map<String, String> settings(ClientProfile profile) {
        Map<String, String> files = new LinkedHashMap<>();
        for (String path : profile.settings()) {
            Path file = home.resolve(path);
            if (Files.isRegularFile(file)) {
                files.put(path, file.toString());
            }
        }
        return files;
    }

    /** From the caller's own git settings, so that a commit has an author. */
    private Map<String, String> gitIdentity() {
        Map<String, String> found = new TreeMap<>();
        for (String file : List.of(".config/git/config", ".gitconfig")) {
            Path config = home.resolve(file);
            try {
                if (Files.isRegularFile(config) && Files.size(config) <= GIT_CONFIG_BYTES_MAX) {
                    for (GitConfig.Setting setting : GitConfig.read(Files.readString(config))) {
                        if (setting.key().equals("user.name")
                                || setting.key().equals("user.email")) {
                            found.put(setting.key(), setting.value());
                        }
                    }
                }
            } catch (IOException e) {
                // A file that cannot be read names nobody.
                return found;
            }
        }
        return found;
    }
}

package rein.server.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which named groups a host belongs to, for one run: package registries of this machine, forges in
 * the work tree's git remotes, known client telemetry. Policies speak of groups; this says who is
 * in them.
 */
public record HostGroups(
        NavigableSet<String> registries,
        NavigableSet<String> forges,
        NavigableSet<String> telemetry) {
    static final String PACKAGE_REGISTRIES = "package-registries";
    static final String MIRRORS = "mirrors";
    static final String FORGES = "forges";
    static final String CLIENT_TELEMETRY = "client-telemetry";

    private static final long GIT_CONFIG_BYTES_MAX = 256 * 1024;
    private static final Pattern REMOTE =
            Pattern.compile(
                    "^\\s*url\\s*=\\s*(?:(?:https?|ssh|git)://(?:[^@/\\s]+@)?|[^@/:\\s]+@)([A-Za-z0-9.-]+)[:/].*$",
                    Pattern.MULTILINE);

    public HostGroups {
        registries = java.util.Collections.unmodifiableNavigableSet(new TreeSet<>(registries));
        forges = java.util.Collections.unmodifiableNavigableSet(new TreeSet<>(forges));
        telemetry = java.util.Collections.unmodifiableNavigableSet(new TreeSet<>(telemetry));
    }

    /** The groups that a host is in. */
    public Set<String> of(String host) {
        NavigableSet<String> groups = new TreeSet<>();
        if (registries.contains(host)) {
            groups.add(PACKAGE_REGISTRIES);
            groups.add(MIRRORS);
        }
        if (forges.contains(host)) {
            groups.add(FORGES);
        }
        if (telemetry.contains(host)) {
            groups.add(CLIENT_TELEMETRY);
        }
        return groups;
    }

    /** The hosts of a group; none where it is not known. */
    NavigableSet<String> in(String group) {
        return switch (group) {
            case PACKAGE_REGISTRIES, MIRRORS -> registries;
            case FORGES -> forges;
            case CLIENT_TELEMETRY -> telemetry;
            default -> new TreeSet<>();
        };
    }

    /** What the package managers of this host are set up to use, and the known telemetry. */
    public static HostGroups ofHost(Path home) {
        PackageRegistries registries =
                new PackageRegistries(home, name -> Optional.ofNullable(System.getenv(name)));
        return new HostGroups(registries.hosts(), new TreeSet<>(), knownTelemetry());
    }

    /** Hosts to which agent clients report on themselves, from a list that comes with Rein. */
    public static NavigableSet<String> knownTelemetry() {
        return new TreeSet<>(lines("client-telemetry.txt"));
    }

    /** The lines of a list that comes with Rein, without comments. */
    static List<String> lines(String name) {
        try (InputStream in = HostGroups.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }

    /** As these, for one run. */
    HostGroups with(NavigableSet<String> runForges, List<String> moreTelemetry) {
        NavigableSet<String> all = new TreeSet<>(telemetry);
        all.addAll(moreTelemetry);
        return new HostGroups(registries, runForges, all);
    }

    /** The hosts of the remotes that the work tree's {@code .git/config} names. */
    static NavigableSet<String> forgesOf(Path workdir) {
        NavigableSet<String> hosts = new TreeSet<>();
        Path config = workdir.resolve(".git").resolve("config");
        try {
            if (Files.isRegularFile(config) && Files.size(config) <= GIT_CONFIG_BYTES_MAX) {
                Matcher remotes = REMOTE.matcher(Files.readString(config));
                while (remotes.find()) {
                    hosts.add(remotes.group(1).toLowerCase(Locale.ROOT));
                }
            }
        } catch (IOException e) {
            // A configuration that cannot be read grants nothing.
            return hosts;
        }
        return hosts;
    }
}

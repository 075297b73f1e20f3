package rein.server.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/**
 * Which package registries this host's own clients are set up to use: read from their
 * configuration, or asked of the client. No host name is written down here, so a mirror is found
 * like the original.
 */
public final class PackageRegistries {
    /**
     * A client that does not answer in this time is left out; it is asked once, at the node's
     * start.
     */
    private static final long ANSWER_MILLIS_MAX = 5_000;

    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final Pattern ADDRESS = Pattern.compile("(?:sparse\\+)?https?://[^\\s\"'<>,|]+");

    private final Path home;
    private final Function<String, Optional<String>> environment;

    public PackageRegistries(Path home, Function<String, Optional<String>> environment) {
        this.home = home;
        this.environment = environment;
    }

    /** Host names, lower-case, sorted. */
    public NavigableSet<String> hosts() {
        List<String> texts = new ArrayList<>();
        for (Path file :
                List.of(
                        home.resolve(".npmrc"),
                        Path.of("/etc/npmrc"),
                        home.resolve(".pip/pip.conf"),
                        home.resolve(".config/pip/pip.conf"),
                        Path.of("/etc/pip.conf"),
                        home.resolve(".m2/settings.xml"),
                        Path.of("/etc/maven/settings.xml"),
                        home.resolve(".cargo/config.toml"),
                        home.resolve(".gradle/init.gradle"),
                        home.resolve(".gemrc"),
                        Path.of("/etc/apt/sources.list"))) {
            read(file).ifPresent(texts::add);
        }
        readAll(Path.of("/etc/apt/sources.list.d"), texts);
        for (String variable :
                List.of(
                        "GOPROXY",
                        "PIP_INDEX_URL",
                        "NPM_CONFIG_REGISTRY",
                        "CARGO_REGISTRIES_CRATES_IO_INDEX")) {
            environment.apply(variable).ifPresent(texts::add);
        }
        for (List<String> question :
                List.of(
                        List.of("npm", "config", "get", "registry"),
                        List.of("go", "env", "GOPROXY"),
                        List.of("pip", "config", "get", "global.index-url"),
                        List.of("gem", "sources", "--list"))) {
            ask(question).ifPresent(texts::add);
        }
        mavenDefaults().ifPresent(texts::add);
        NavigableSet<String> hosts = new TreeSet<>();
        for (String text : texts) {
            addHosts(text, hosts);
        }
        return hosts;
    }

    static void addHosts(String text, NavigableSet<String> into) {
        // Comments in the clients' files name examples that nobody uses.
        String lines =
                text.lines()
                        .filter(line ->
                                !line.strip().startsWith("#") && !line.strip().startsWith(";"))
                        .reduce("", (a, b) -> a + b + "\n")
                        .replaceAll("(?s)<!--.*?-->", "")
                        .replaceAll("xmlns(:\\w+)?=\"[^\"]*\"|schemaLocation=\"[^\"]*\"", "");
        Matcher addresses = ADDRESS.matcher(lines);
        while (addresses.find()) {
            host(addresses.group()).ifPresent(into::add);
        }
    }

    private static Optional<String> host(String address) {
        try {
            return Optional.ofNullable(new URI(address.replace("sparse+", "")).getHost())
                    .map(host -> host.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            // Not an address after all: a template such as https://${user}@host.
            return Optional.empty();
        }
    }

    /** Maven's own default repository stands in the super POM inside its jar. */
    private Optional<String> mavenDefaults() {
        Optional<Path> lib =
                onPath("mvn")
                        .flatMap(mvn -> {
                            try {
                                return Optional.ofNullable(mvn.toRealPath().getParent())
                                        .map(bin -> bin.resolveSibling("lib"));
                            } catch (IOException e) {
                                return Optional.empty();
                            }
                        });
        if (lib.isEmpty() || !Files.isDirectory(lib.get())) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(lib.get(), "maven-model-builder*.jar")) {
            for (Path jar : jars) {
                try (JarFile file = new JarFile(jar.toFile())) {
                    ZipEntry superPom = file.getEntry("org/apache/maven/model/pom-4.0.0.xml");
                    if (superPom != null) {
                        try (InputStream in = file.getInputStream(superPom)) {
                            return Optional.of(
                                    new String(
                                            in.readNBytes(ANSWER_BYTES_MAX),
                                            StandardCharsets.UTF_8));
                        }
                    }
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private Optional<Path> onPath(String program) {
        return environment.apply("PATH").stream()
                .flatMap(path -> java.util.Arrays.stream(path.split(":")))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Optional<String> ask(List<String> question) {
        if (onPath(question.getFirst()).isEmpty()) {
            return Optional.empty();
        }
        try {
            Process process =
                    new ProcessBuilder(question)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .start();
            if (!process.waitFor(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return Optional.of(
                    new String(
                            process.getInputStream().readNBytes(ANSWER_BYTES_MAX),
                            StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) <= FILE_BYTES_MAX
                    ? Optional.of(Files.readString(file))
                    : Optional.empty();
        } catch (IOException e) {
            // A file that cannot be read grants nothing.
            return Optional.empty();
        }
    }

    private static void readAll(Path folder, List<String> into) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                read(file).ifPresent(into::add);
            }
        } catch (IOException e) {
            // As above: nothing read, nothing granted.
            return;
        }
    }
}

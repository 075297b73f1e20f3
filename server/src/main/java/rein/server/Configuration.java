package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import rein.gateway.egress.NoProxy;
import rein.gateway.egress.UpstreamProxies;
import rein.gateway.egress.UpstreamProxy;
import rein.server.content.Treatment;
import rein.server.http.ProblemException;

/**
 * What an operator may set, from {@code rein.yaml} ({@code version: 1}), the environment ({@code
 * REIN_…}) and flags; flags win over the environment, the environment over the file. Unknown keys
 * are errors. {@code docs/reference/rein.yaml} documents each.
 *
 * @param dataFolder everything Rein keeps, but for the content key
 * @param managementPort 0 picks one
 * @param databaseUrl an external PostgreSQL; empty means the embedded one
 * @param contentKeyFile the key-encryption key of the content store; should lie outside the data
 *     folder
 * @param runProcessesMax processes and threads of one run
 * @param approvalPeople how many people it takes to grant what is above the ceiling: 1 or 2
 * @param proxies through which the node dials
 * @param extraCa a PEM file of certificate authorities that runs trust besides
 * @param inspectSecrets what happens to secrets in what runs send in the clear
 * @param inspectPersonal what happens to personal data in it
 */
public record Configuration(
        Path dataFolder,
        String managementAddress,
        int managementPort,
        Optional<String> databaseUrl,
        String databaseUser,
        Optional<Path> databasePasswordFile,
        Optional<String> trustDomain,
        String durability,
        Path contentKeyFile,
        int runCpuPercent,
        long runMemoryBytes,
        int runProcessesMax,
        int approvalPeople,
        UpstreamProxies proxies,
        Optional<Path> extraCa,
        Treatment inspectSecrets,
        Treatment inspectPersonal) {
    static final int VERSION = 1;
    static final int MANAGEMENT_PORT = 7400;

    /** Two cores' worth; a build uses them, a miner gets no more. */
    static final int RUN_CPU_PERCENT = 200;

    static final long RUN_MEMORY_BYTES = 4L << 30;
    static final int RUN_PROCESSES_MAX = 1024;
    static final int APPROVAL_PEOPLE = 2;

    private static final long CONFIGURATION_BYTES_MAX = 1 << 20;

    public Configuration {
        if (managementPort < 0 || managementPort > 65_535) {
            throw new ConfigurationException(
                    "management-port is from 0 to 65535, not " + managementPort);
        }
        if (!durability.equals("process-crash") && !durability.equals("power-loss")) {
            throw new ConfigurationException(
                    "durability is process-crash or power-loss, not '" + durability + "'");
        }
        if (approvalPeople < 1 || approvalPeople > 2) {
            throw new ConfigurationException("approval-people is 1 or 2, not " + approvalPeople);
        }
        if (runCpuPercent < 1 || runMemoryBytes < 16 << 20 || runProcessesMax < 8) {
            throw new ConfigurationException(
                    "a run needs run-cpu-percent ≥ 1, run-memory-bytes ≥ 16777216 and run-processes-max ≥ 8");
        }
    }

    /** Where a data folder is when nothing says otherwise: {@code ~/.rein}. */
    public static Path defaultDataFolder(Function<String, Optional<String>> environment) {
        return environment
                .apply("REIN_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".rein"))
                .toAbsolutePath();
    }

    /**
     * Reads the file, lays the environment and the flags over it.
     *
     * @param flags by key; only those that were given
     */
    public static Configuration load(
            Path dataFolder,
            Optional<Path> file,
            Function<String, Optional<String>> environment,
            SortedMap<String, String> flags) {
        SortedMap<String, String> values = new TreeMap<>();
        Path standard = dataFolder.resolve("rein.yaml");
        if (file.isPresent() || Files.exists(standard)) {
            values.putAll(read(file.orElse(standard)));
        }
        for (Key key : Key.values()) {
            for (String everybodys : key.everybodys()) {
                environment.apply(everybodys).ifPresent(value -> values.put(key.label(), value));
            }
            environment.apply(key.variable()).ifPresent(value -> values.put(key.label(), value));
        }
        values.putAll(flags);
        return new Configuration(
                dataFolder,
                text(values, Key.MANAGEMENT_ADDRESS).orElse("127.0.0.1"),
                (int) number(values, Key.MANAGEMENT_PORT, MANAGEMENT_PORT),
                text(values, Key.DATABASE_URL),
                text(values, Key.DATABASE_USER).orElse("rein"),
                text(values, Key.DATABASE_PASSWORD_FILE).map(Path::of),
                text(values, Key.TRUST_DOMAIN),
                text(values, Key.DURABILITY).orElse("process-crash"),
                text(values, Key.CONTENT_KEY_FILE)
                        .map(Path::of)
                        .orElseGet(() -> defaultContentKey(dataFolder)),
                (int) number(values, Key.RUN_CPU_PERCENT, RUN_CPU_PERCENT),
                number(values, Key.RUN_MEMORY_BYTES, RUN_MEMORY_BYTES),
                (int) number(values, Key.RUN_PROCESSES_MAX, RUN_PROCESSES_MAX),
                (int) number(values, Key.APPROVAL_PEOPLE, APPROVAL_PEOPLE),
                proxies(values),
                text(values, Key.EXTRA_CA).map(Path::of),
                treatment(values, Key.INSPECT_SECRETS),
                treatment(values, Key.INSPECT_PERSONAL));
    }

    private static Treatment treatment(Map<String, String> values, Key key) {
        return read(key, text(values, key).orElse("note"), Treatment::parse);
    }

    /** A proxy's URL may hold a password, so no message repeats it. */
    private static UpstreamProxies proxies(Map<String, String> values) {
        return new UpstreamProxies(
                text(values, Key.HTTPS_PROXY)
                        .map(url -> read(Key.HTTPS_PROXY, url, UpstreamProxy::parse)),
                text(values, Key.HTTP_PROXY)
                        .map(url -> read(Key.HTTP_PROXY, url, UpstreamProxy::parse)),
                read(Key.NO_PROXY, text(values, Key.NO_PROXY).orElse(""), NoProxy::parse));
    }

    private static <T> T read(Key key, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(key.label() + ": " + ProblemException.why(e));
        }
    }

    /** Keys that a file, the environment or a flag may set. */
    enum Key {
        MANAGEMENT_ADDRESS,
        MANAGEMENT_PORT,
        DATABASE_URL,
        DATABASE_USER,
        DATABASE_PASSWORD_FILE,
        TRUST_DOMAIN,
        DURABILITY,
        CONTENT_KEY_FILE,
        RUN_CPU_PERCENT,
        RUN_MEMORY_BYTES,
        RUN_PROCESSES_MAX,
        APPROVAL_PEOPLE,
        HTTPS_PROXY,
        HTTP_PROXY,
        NO_PROXY,
        EXTRA_CA,
        INSPECT_SECRETS,
        INSPECT_PERSONAL;

        /** Variables that all programs read; lower case wins, as with curl. */
        List<String> everybodys() {
            return switch (this) {
                case HTTPS_PROXY -> List.of("HTTPS_PROXY", "https_proxy");
                case HTTP_PROXY -> List.of("HTTP_PROXY", "http_proxy");
                case NO_PROXY -> List.of("NO_PROXY", "no_proxy");
                case MANAGEMENT_ADDRESS,
                        MANAGEMENT_PORT,
                        DATABASE_URL,
                        DATABASE_USER,
                        DATABASE_PASSWORD_FILE,
                        TRUST_DOMAIN,
                        DURABILITY,
                        CONTENT_KEY_FILE,
                        RUN_CPU_PERCENT,
                        RUN_MEMORY_BYTES,
                        RUN_PROCESSES_MAX,
                        APPROVAL_PEOPLE,
                        EXTRA_CA,
                        INSPECT_SECRETS,
                        INSPECT_PERSONAL ->
                        List.of();
            };
        }

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        String variable() {
            return "REIN_" + name();
        }
    }

    /** Beside, not in, the data folder, so that a copy of the folder alone opens no content. */
    private static Path defaultContentKey(Path dataFolder) {
        String name = "content-" + Integer.toHexString(dataFolder.toString().hashCode()) + ".key";
        return Path.of(System.getProperty("user.home"), ".config", "rein", name);
    }

    private static SortedMap<String, String> read(Path file) {
        Object document;
        try {
            if (Files.size(file) > CONFIGURATION_BYTES_MAX) {
                throw new ConfigurationException(
                        file + " is longer than " + CONFIGURATION_BYTES_MAX + " bytes");
            }
            document =
                    new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot read " + file + ": " + ProblemException.why(e));
        } catch (YamlEngineException e) {
            throw new ConfigurationException(
                    file
                            + " is not YAML: "
                            + ProblemException.why(e).lines().findFirst().orElse(""));
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw new ConfigurationException(file + " holds no keys; begin with `version: 1`");
        }
        SortedMap<String, String> values = new TreeMap<>();
        map.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
        if (!String.valueOf(VERSION).equals(values.remove("version"))) {
            throw new ConfigurationException(file + " needs `version: " + VERSION + "`");
        }
        for (String key : values.keySet()) {
            if (java.util.Arrays.stream(Key.values())
                    .noneMatch(known -> known.label().equals(key))) {
                throw new ConfigurationException(
                        file + " has the unknown key '" + key + "'; known: " + known());
            }
        }
        return values;
    }

    private static String known() {
        return String.join(", ", java.util.Arrays.stream(Key.values()).map(Key::label).toList());
    }

    private static Optional<String> text(Map<String, String> values, Key key) {
        return Optional.ofNullable(values.get(key.label()));
    }

    private static long number(Map<String, String> values, Key key, long otherwise) {
        Optional<String> text = text(values, key);
        if (text.isPresent() && !text.get().matches("[0-9]{1,15}")) {
            throw new ConfigurationException(
                    key.label() + " is a whole number, not '" + text.get() + "'");
        }
        return text.map(Long::parseLong).orElse(otherwise);
    }
}

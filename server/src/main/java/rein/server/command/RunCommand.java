package rein.server.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.sandbox.Launch;
import rein.sandbox.LauncherNetwork;
import rein.sandbox.Linux;
import rein.sandbox.WorkdirCheck;
import rein.server.LocalUser;
import rein.server.api.RunExplained;
import rein.server.api.RunPrepared;
import rein.server.api.RunRequest;
import rein.server.profile.CallersHome;
import rein.server.profile.ClientProfiles;

/** Runs a command contained. This process becomes the command: no JVM stays. */
@Command(
        name = "run",
        description =
                "Run a command contained: no way out but the doors, every connection decided and recorded.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The exit code is the command's; 2 when it was not started.",
            "Examples:",
            "  rein run -- bash",
            "  rein run --explain -- qwen",
            "  rein run --agent coder --label job=42 --policy coder.cedar -- npm test",
            "  rein run --reach db.example:3306/mysql --expose 3000 -- npm start"
        })
final class RunCommand extends Subcommand implements Callable<Integer> {
    private static final List<String> PACKS = List.of("coding", "locked", "observe");
    private static final List<String> KEPT =
            List.of("TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "NO_COLOR");
    private static final long POLICY_BYTES_MAX = 256 * 1024;

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "Whose run this is (default: <user>-<command>).")
    Optional<String> agent = Optional.empty();

    @Option(
            names = "--policy",
            paramLabel = "PACK|FILE",
            description =
                    "A pack (coding, locked, observe; default coding) or a file of Cedar policies; both may be given.")
    List<String> policies = new ArrayList<>();

    @Option(
            names = "--learn",
            description =
                    "As --policy observe; says how to get the least-privilege set for what it did.")
    boolean learn;

    @Option(
            names = "--workdir",
            paramLabel = "DIR",
            description = "What the command may write (default: here).")
    Optional<Path> workdir = Optional.empty();

    @Option(names = "--read", paramLabel = "DIR", description = "Another folder that it may read.")
    List<Path> read = new ArrayList<>();

    @Option(
            names = "--env",
            paramLabel = "NAME[=VALUE]",
            description = "A variable that it keeps or gets.")
    List<String> variables = new ArrayList<>();

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "On every record of the run.")
    Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--reach",
            paramLabel = "HOST:PORT[/PROTOCOL]",
            description =
                    "Grant this run one destination (default protocols: tls and http); recorded as yours.")
    List<String> reach = new ArrayList<>();

    @Option(
            names = "--expose",
            paramLabel = "PORT[:HOSTPORT]",
            description =
                    "Let this machine's loopback reach a port on which the run listens; HOSTPORT 0 picks one.")
    List<String> expose = new ArrayList<>();

    @Option(
            names = "--taint",
            paramLabel = "TAINT",
            description =
                    "What it has touched from the beginning, for policies that ask: private_data when the work folder is not for outsiders.")
    List<String> taints = new ArrayList<>();

    @Option(
            names = "--require",
            paramLabel = "LEVEL",
            description =
                    "contained (default), gateway or observe; not reached: exit 2, not started.")
    String level = "contained";

    @Option(
            names = "--explain",
            description = "Start nothing; say what the run would find, reach and be limited to.")
    boolean explain;

    @Option(names = "--json", description = "With --explain: as JSON.")
    boolean json;

    @Option(names = "--quiet", description = "Say nothing but errors.")
    boolean quiet;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
    List<String> command = List.of();

    @Override
    public Integer call() throws IOException {
        if (!Path.of("/proc/self").toFile().exists()) {
            throw new CommandException(
                    2, "agents are contained on Linux only, where /proc is mounted");
        }
        if (!LocalUser.isRoot()) {
            checkWorkdir();
        }
        PrintWriter err = err();
        Optional<String> inside = Connection.environment("REIN_INSIDE");
        if (inside.isPresent() && !client().answers()) {
            // A node started from in here would have no network: the script does it, outside.
            Files.createFile(Path.of(inside.get(), "no-node"));
            return 2;
        }
        new BackgroundNode(dataFolder())
                .ensure(client(), quiet ? Optional.empty() : Optional.of(err));
        if (Connection.environment("REIN_ENSURE").isPresent()) {
            return 0;
        }
        if (inside.isPresent() && !connection().isMachines()) {
            LauncherNetwork.open(Linux.host());
        }
        CallersHome.Given home = home();
        if (explain) {
            return new Explanation(out(), json).print(explained(home), home.notes());
        }
        RunPrepared prepared = prepare(home);
        if (!LocalUser.isRoot()) {
            for (String path : home.home().state()) {
                Files.createDirectories(home.home().ownState(prepared.agent(), path));
            }
        }
        Optional<String> handoff = Connection.environment("REIN_HANDOFF");
        if (handoff.isPresent() && !quiet) {
            Files.writeString(Path.of(handoff.get(), "end"), prepared.lastWordFile());
        }
        if (!quiet && onTerminal()) {
            err.println(prepared.firstLine());
            home.notes().forEach(note -> err.println("rein: " + Output.plain(note)));
            err.flush();
        }
        if (learn && !quiet) {
            err.println(
                    "rein: learning; afterwards: rein policy suggest --run " + prepared.shortId());
        }
        if (!quiet) {
            prepared.notes().forEach(note -> err.println("rein: " + Output.plain(note)));
            prepared.exposed().forEach(line -> err.println("rein: " + line));
            err.flush();
        }
        throw Launch.exec(Linux.host(), prepared.plan());
    }

    /** By the caller's own rights and home; the node, which is another user, cannot know either. */
    private void checkWorkdir() {
        Path home = Path.of(System.getProperty("user.home"));
        switch (WorkdirCheck.of(workdir.orElse(Path.of("")).toAbsolutePath(), dataFolder(), home)) {
            case WorkdirCheck.Usable _ -> {
                // The node asks again, for what concerns the node.
            }
            case WorkdirCheck.Refused(String sentence) -> throw new CommandException(2, sentence);
        }
    }

    /** Whatever the reason, a command that was not started is exit 2: 1 could be its own code. */
    private RunPrepared prepare(CallersHome.Given home) throws IOException {
        RunRequest request = request(home);
        try {
            return client().post("/v1/runs", request, RunPrepared.class);
        } catch (CommandException e) {
            throw new CommandException(2, String.valueOf(e.getMessage()));
        }
    }

    private RunExplained explained(CallersHome.Given home) throws IOException {
        RunRequest request = request(home);
        try {
            return client().post("/v1/runs/explanation", request, RunExplained.class);
        } catch (CommandException e) {
            throw new CommandException(2, String.valueOf(e.getMessage()));
        }
    }

    /** What follows from the command and from whose home this is. */
    private CallersHome.Given home() {
        Path home = CallersHome.of(Connection::environment);
        ClientProfiles profiles =
                new ClientProfiles(
                        List.of(
                                home.resolve(".config/rein/profiles"),
                                dataFolder().resolve("profiles")));
        List<Path> visible = new ArrayList<>(read);
        visible.add(workdir.orElse(Path.of("")));
        try {
            return new CallersHome(home, Connection::environment, profiles)
                    .given(
                            command,
                            visible.stream().map(RunCommand::absolute).map(Path::of).toList(),
                            variables.stream().map(each -> each.split("=", 2)[0]).toList());
        } catch (IllegalArgumentException e) {
            throw new CommandException(2, String.valueOf(e.getMessage()));
        }
    }

    private RunRequest request(CallersHome.Given home) throws IOException {
        Optional<RunRequest.PolicyFile> file = Optional.empty();
        String pack = learn ? "observe" : PACKS.getFirst();
        for (String policy : policies) {
            if (learn && PACKS.contains(policy) && !policy.equals("observe")) {
                throw new CommandException(
                        2, "--learn observes; leave out --policy " + policy + ", or --learn");
            }
            if (PACKS.contains(policy)) {
                pack = policy;
            } else {
                file = Optional.of(policyFile(Path.of(policy)));
            }
        }
        return new RunRequest(
                agent,
                Connection.environment("SUDO_USER").orElse(System.getProperty("user.name")),
                file,
                pack,
                workdir.orElse(Path.of("")).toAbsolutePath().normalize().toString(),
                Stream.concat(read.stream().map(RunCommand::absolute), home.readable().stream())
                        .distinct()
                        .toList(),
                labels,
                level,
                command,
                environment(home.environment()),
                ProcessHandle.current().pid(),
                onTerminal(),
                home.home(),
                reach,
                expose,
                taints);
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    private static RunRequest.PolicyFile policyFile(Path file) {
        try {
            if (Files.size(file) > POLICY_BYTES_MAX) {
                throw new CommandException(
                        2, file + " is longer than " + POLICY_BYTES_MAX + " bytes");
            }
            return new RunRequest.PolicyFile(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new CommandException(
                    2,
                    "--policy "
                            + file
                            + ": no such pack (coding, locked, observe) and no readable file");
        }
    }

    /** The launcher script gives this process a locale that reads UTF-8, and keeps the caller's. */
    private static Optional<String> callers(String name) {
        return Connection.environment(name.equals("LC_ALL") ? "REIN_LC_ALL" : name);
    }

    private Map<String, String> environment(Map<String, String> ofProfile) {
        Map<String, String> kept = new LinkedHashMap<>(ofProfile);
        for (String name : KEPT) {
            callers(name).ifPresent(value -> kept.put(name, value));
        }
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            if (equals < 0) {
                callers(variable).ifPresent(value -> kept.put(variable, value));
            } else {
                kept.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return kept;
    }
}

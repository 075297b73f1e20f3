package rein.detect;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A command that opens a tunnel, if it does what it says.
 *
 * @param inward somebody outside gets a way in ({@code ssh -R}, {@code ssh -w}, a tunnel tool)
 * @param tool it is a known tunnel tool rather than ssh
 * @param program its name, fit for a sentence
 * @param what fit for a sentence: {@code "ssh -R"}
 */
record TunnelUse(boolean inward, boolean tool, String program, String what) {
    private static final Set<String> SSH = Set.of("ssh", "slogin", "dbclient", "plink", "autossh");

    /** Tools whose only purpose is a tunnel. A name proves little; it is evidence beside a flow. */
    private static final Set<String> TOOLS =
            Set.of(
                    "bore",
                    "boringproxy",
                    "btunnel",
                    "chisel",
                    "cloudflared",
                    "devtunnel",
                    "dnscat",
                    "dnscat2",
                    "dns2tcpc",
                    "frpc",
                    "frps",
                    "gost",
                    "gs-netcat",
                    "gsocket",
                    "inlets",
                    "iodine",
                    "ligolo",
                    "ligolo-ng",
                    "localtonet",
                    "localtunnel",
                    "lt",
                    "ngrok",
                    "pagekite",
                    "pagekite.py",
                    "ptunnel",
                    "ptunnel-ng",
                    "rathole",
                    "revsocks",
                    "rpivot",
                    "sshuttle",
                    "ssf",
                    "tailscaled",
                    "tunwg",
                    "wstunnel");

    private static final Set<String> INTERPRETERS =
            Set.of("node", "nodejs", "bun", "python", "python3", "ruby", "perl", "npx");

    private static final Set<String> HARMLESS =
            Set.of("-v", "-V", "-h", "--version", "--help", "version", "help", "update");

    /** The value of -R or -L: {@code [bind:]port:host:hostport}. */
    private static final Pattern FORWARDING =
            Pattern.compile("(?:[^:\\s]*:)?[0-9]{1,5}:[^:\\s]+:[0-9]{1,5}");

    static Optional<TunnelUse> of(Observation.Execution exec) {
        String program = exec.program();
        if (SSH.contains(program)) {
            return ofSsh(program, exec.arguments());
        }
        if (TOOLS.contains(program)) {
            return ofTool(program, exec.arguments());
        }
        if (INTERPRETERS.contains(program)) {
            return script(exec.arguments()).flatMap(name -> ofTool(name, exec.arguments()));
        }
        // A system's own program is what its name says; a copy lies where the run may write.
        return exec.writablePath() ? renamed(program, exec.arguments()) : Optional.empty();
    }

    private static Optional<TunnelUse> ofSsh(String program, List<String> arguments) {
        SshCommand ssh = SshCommand.parse(arguments);
        if (ssh.forwards().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TunnelUse(ssh.opensInward(), false, program, say(program, ssh)));
    }

    private static String say(String program, SshCommand ssh) {
        String name = Plain.text(program, Plain.FILE_CHARS_MAX);
        StringBuilder text = new StringBuilder(name);
        for (SshCommand.Forward forward : SshCommand.Forward.values()) {
            if (ssh.forwards().contains(forward)) {
                text.append(
                        switch (forward) {
                            case REVERSE -> " -R";
                            case DEVICE -> " -w";
                            case LOCAL -> " -L";
                            case DYNAMIC -> " -D";
                        });
            }
        }
        return text.toString();
    }

    private static Optional<TunnelUse> ofTool(String program, List<String> arguments) {
        boolean harmless = arguments.stream().anyMatch(HARMLESS::contains);
        return harmless
                ? Optional.empty()
                : Optional.of(new TunnelUse(true, true, program, program));
    }

    /** The script that an interpreter runs, if its name is a tunnel tool's. */
    private static Optional<String> script(List<String> arguments) {
        return arguments.stream()
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .map(path -> Argv.baseName(path).replaceFirst("\\.(js|mjs|py|rb|pl)$", ""))
                .filter(TOOLS::contains);
    }

    /** Any other program with ssh's own forwarding arguments: a copy of ssh under another name. */
    private static Optional<TunnelUse> renamed(String program, List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.length() < 2 || argument.charAt(0) != '-' || argument.charAt(1) == '-') {
                continue;
            }
            int letter = Math.max(argument.indexOf('R'), argument.indexOf('L'));
            if (letter < 0) {
                continue;
            }
            String joined = argument.substring(letter + 1);
            String value =
                    joined.isEmpty() && i + 1 < arguments.size() ? arguments.get(i + 1) : joined;
            if (FORWARDING.matcher(value).matches()) {
                SshCommand ssh = SshCommand.parse(arguments);
                return ssh.forwards().isEmpty() || ssh.host().isEmpty()
                        ? Optional.empty()
                        : ofSsh(program, arguments);
            }
        }
        return Optional.empty();
    }
}

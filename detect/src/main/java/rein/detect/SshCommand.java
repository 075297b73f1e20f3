package rein.detect;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The arguments of OpenSSH's {@code ssh}, read as ssh(1) reads them: letters may be joined ({@code
 * -fNR 1:h:2}), a value may be joined to its letter ({@code -p443}), options may follow the
 * destination, and what follows the second plain word is the remote command.
 *
 * @param host empty where there is no destination
 * @param port what {@code -p}, {@code -o Port=} or an ssh:// destination says
 * @param forwards what is to be tunnelled
 * @param command the remote command, joined by spaces
 */
record SshCommand(Optional<String> host, OptionalInt port, Set<Forward> forwards, String command) {
    /** Which way a forwarding opens. */
    enum Forward {
        /** {@code -R}: the far side gets a way in. */
        REVERSE,
        /** {@code -w}: a network device. */
        DEVICE,
        /** {@code -L} */
        LOCAL,
        /** {@code -D}: a SOCKS proxy. */
        DYNAMIC
    }

    /** ssh.c's option string (OpenSSH 10): these letters take a value. */
    private static final String WITH_VALUE = "bceilmopBDEFIJLOPQRSwW";

    /** Print something and exit: no connection is made. */
    private static final String ONLY_PRINTS = "VGQ";

    private static final List<String> GIT_COMMANDS =
            List.of(
                    "git-upload-pack",
                    "git-receive-pack",
                    "git-upload-archive",
                    "git upload-pack",
                    "git receive-pack",
                    "git-lfs-authenticate",
                    "git-lfs-transfer");

    SshCommand {
        forwards = Set.copyOf(forwards);
    }

    /** The remote command is what {@code git} runs for fetch, push and large files. */
    boolean isGit() {
        return GIT_COMMANDS.stream()
                .anyMatch(name -> command.equals(name) || command.startsWith(name + " "));
    }

    boolean opensInward() {
        return forwards.contains(Forward.REVERSE) || forwards.contains(Forward.DEVICE);
    }

    /**
     * @param arguments without the program itself
     */
    static SshCommand parse(List<String> arguments) {
        return new Reader().read(arguments);
    }

    /** Collects while it reads; used once. */
    private static final class Reader {
        private Optional<String> host = Optional.empty();
        private Optional<String> hostName = Optional.empty();
        private OptionalInt port = OptionalInt.empty();
        private final EnumSet<Forward> forwards = EnumSet.noneOf(Forward.class);
        private boolean clears;
        private boolean onlyPrints;

        SshCommand read(List<String> arguments) {
            List<String> command = new ArrayList<>();
            int at = 0;
            boolean options = true;
            while (at < arguments.size()) {
                String argument = arguments.get(at++);
                if (options && argument.equals("--")) {
                    options = false;
                } else if (options && argument.length() > 1 && argument.charAt(0) == '-') {
                    at = letters(argument, arguments, at);
                } else if (host.isEmpty()) {
                    destination(argument);
                } else {
                    command.addAll(arguments.subList(at - 1, arguments.size()));
                    break;
                }
            }
            if (clears || onlyPrints) {
                forwards.clear();
            }
            return new SshCommand(
                    hostName.or(() -> host), port, forwards, String.join(" ", command));
        }

        /**
         * Reads {@code -abc} and, where a letter takes a value, the value; answers what is next.
         */
        private int letters(String group, List<String> arguments, int next) {
            for (int i = 1; i < group.length(); i++) {
                char letter = group.charAt(i);
                if (ONLY_PRINTS.indexOf(letter) >= 0) {
                    onlyPrints = true;
                }
                if (WITH_VALUE.indexOf(letter) < 0) {
                    continue;
                }
                if (i + 1 < group.length()) {
                    option(letter, group.substring(i + 1));
                    return next;
                }
                if (next < arguments.size()) {
                    option(letter, arguments.get(next));
                }
                return next + 1;
            }
            return next;
        }

        private void option(char letter, String value) {
            switch (letter) {
                case 'R' -> forwards.add(Forward.REVERSE);
                case 'L' -> forwards.add(Forward.LOCAL);
                case 'D' -> forwards.add(Forward.DYNAMIC);
                case 'w' -> forwards.add(Forward.DEVICE);
                case 'p' -> port = number(value);
                case 'o' -> setting(value);
                default -> {
                    // Identity files, ciphers, jump hosts: they move no port.
                }
            }
        }

        /** {@code Key=Value} or {@code Key Value}, the key in any case (ssh_config(5)). */
        private void setting(String text) {
            String[] parts = text.strip().split("[=\\s]+", 2);
            String value = parts.length == 2 ? parts[1].strip().replace("\"", "") : "";
            boolean off = value.equalsIgnoreCase("no") || value.equalsIgnoreCase("none");
            switch (parts[0].toLowerCase(Locale.ROOT)) {
                case "remoteforward" -> add(Forward.REVERSE, off);
                case "localforward" -> add(Forward.LOCAL, off);
                case "dynamicforward" -> add(Forward.DYNAMIC, off);
                case "tunnel" -> add(Forward.DEVICE, off);
                case "clearallforwardings" -> clears = clears || value.equalsIgnoreCase("yes");
                case "hostname" -> hostName = Optional.of(value.toLowerCase(Locale.ROOT));
                case "port" -> port = port.isPresent() ? port : number(value);
                default -> {
                    // ForwardAgent, ExitOnForwardFailure and the rest forward no port.
                }
            }
        }

        private void add(Forward forward, boolean off) {
            if (!off) {
                forwards.add(forward);
            }
        }

        /** {@code [user@]host} or {@code ssh://[user@]host[:port]}. */
        private void destination(String text) {
            String rest = text;
            boolean uri = rest.startsWith("ssh://");
            if (uri) {
                rest = rest.substring("ssh://".length());
                int slash = rest.indexOf('/');
                rest = slash >= 0 ? rest.substring(0, slash) : rest;
            }
            rest = rest.substring(rest.lastIndexOf('@') + 1);
            int colon = rest.lastIndexOf(':');
            if (uri && colon > rest.lastIndexOf(']')) {
                port = port.isPresent() ? port : number(rest.substring(colon + 1));
                rest = rest.substring(0, colon);
            }
            String name = rest.replace("[", "").replace("]", "").toLowerCase(Locale.ROOT);
            host = Optional.of(name);
        }

        private static OptionalInt number(String text) {
            try {
                return OptionalInt.of(Integer.parseInt(text.strip()));
            } catch (NumberFormatException notANumber) {
                return OptionalInt.empty();
            }
        }
    }
}

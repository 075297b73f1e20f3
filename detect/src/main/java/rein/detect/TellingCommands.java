package rein.detect;

import static rein.vocabulary.Technique.asi;
import static rein.vocabulary.Technique.atlas;
import static rein.vocabulary.Technique.attack;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import rein.detect.Observation.Execution;
import rein.vocabulary.Severity;

/**
 * Commands that mean to blind those who watch, or to outlive the session; both low, since inside a
 * contained run they reach nothing.
 *
 * <ul>
 *   <li><b>oversight-blinding</b>: killing or stopping something called rein, clearing the shell's
 *       history, flushing packet filters, dropping the proxy variables.
 *   <li><b>persistence-command</b>: {@code crontab}, {@code at}, enabling a systemd unit.
 * </ul>
 *
 * Shell built-ins ({@code history}, {@code unset}) are seen only where a shell gets them by {@code
 * -c}.
 */
final class TellingCommands implements Detector<TellingCommands.State> {
    static final Rule BLINDING =
            Rule.of(
                    "oversight-blinding",
                    attack("T1685"),
                    attack("T1070.003"),
                    atlas("AML.T0107"),
                    asi("ASI10"));
    static final Rule PERSISTENCE =
            Rule.of("persistence-command", attack("T1053.003"), attack("T1543.002"), asi("ASI10"));

    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "zsh", "ash");
    private static final Set<String> KILLERS = Set.of("kill", "pkill", "killall", "skill");

    /** The word itself, not part of another: "reindex" and "/srv/rein.txt" are other things. */
    private static final Pattern REIN =
            Pattern.compile("(^|[^a-z0-9-])rein(\\.service)?([^a-z0-9.]|$)");

    private static final Pattern BLINDING_SCRIPT =
            Pattern.compile(
                    "\\bhistory\\s+-c\\b|\\bunset\\s+HISTFILE\\b|HISTFILE=/dev/null"
                            + "|\\b(pkill|killall)\\b[^;&|]*\\brein\\b"
                            + "|\\bunset\\s+(-v\\s+)?https?_proxy\\b",
                    Pattern.CASE_INSENSITIVE);

    record State() {}

    @Override
    public State start() {
        return new State();
    }

    @Override
    public Step<State> see(State state, Observation seen) {
        if (!(seen instanceof Execution exec)) {
            return Step.quiet(state);
        }
        String command = exec.program();
        Stream<Match> blinding =
                blinds(command, exec.arguments())
                        ? Stream.of(match(exec, BLINDING, "meant to blind those who watch the run"))
                        : Stream.of();
        Stream<Match> persistence =
                persists(command, exec.arguments())
                        ? Stream.of(match(exec, PERSISTENCE, "meant to outlive the session"))
                        : Stream.of();
        return new Step<>(state, Stream.concat(blinding, persistence).toList());
    }

    private static Match match(Execution exec, Rule rule, String meaning) {
        String name = Plain.text(exec.program(), Plain.FILE_CHARS_MAX);
        return Match.of(
                rule,
                name,
                "Ran a command (" + name + ") " + meaning + ".",
                Severity.LOW,
                List.of(exec.evidence()));
    }

    private static boolean blinds(String command, List<String> arguments) {
        if (KILLERS.contains(command)) {
            return arguments.stream().anyMatch(TellingCommands::saysRein);
        }
        if (SHELLS.contains(command)) {
            return arguments.stream().anyMatch(text -> BLINDING_SCRIPT.matcher(text).find());
        }
        return switch (command) {
            case "systemctl", "service" ->
                    arguments.stream().anyMatch(TellingCommands::saysRein)
                            && Stream.of("stop", "kill", "disable", "mask")
                                    .anyMatch(arguments::contains);
            case "env" ->
                    arguments.stream()
                            .map(text -> text.toLowerCase(Locale.ROOT))
                            .anyMatch(text -> text.matches("(-u|--unset=)?https?_proxy"));
            case "iptables", "ip6tables" -> arguments.contains("-F") || arguments.contains("-D");
            case "nft" -> arguments.contains("flush") || arguments.contains("delete");
            default -> false;
        };
    }

    private static boolean saysRein(String argument) {
        return REIN.matcher(argument.toLowerCase(Locale.ROOT)).find();
    }

    private static boolean persists(String command, List<String> arguments) {
        return switch (command) {
            case "crontab" -> !arguments.contains("-l");
            case "at", "batch" -> !arguments.contains("-l") && !arguments.contains("-V");
            case "systemctl" -> arguments.contains("enable");
            default -> false;
        };
    }
}

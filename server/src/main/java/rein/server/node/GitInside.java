package rein.server.node;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What git finds in a run: the caller as author, https in place of ssh for forges, and a sentence
 * in place of a question for a password that nobody could answer.
 */
final class GitInside {
    static final String CONFIG = "/etc/gitconfig";
    static final String HELPER = "/etc/rein/git-credential";

    /** The variable that a person may give a run on purpose. */
    static final String TOKEN = "GIT_TOKEN";

    private static final String HELPER_TEXT =
            """
            # What git asks for a login (gitcredentials(7)): a token that this run was given, or a sentence.
            [ "$1" = get ] || exit 0
            host=
            while IFS= read -r line && [ -n "$line" ]; do
              case $line in host=*) host=${line#host=} ;; esac
            done
            if [ -n "${GIT_TOKEN:-}" ]; then
              printf 'username=git\\npassword=%s\\n' "$GIT_TOKEN"
              exit 0
            fi
            {
              echo "rein: this run has no login for $host, so it can fetch what is public and push nothing there."
              echo "rein: Push from outside the run, where your own login is: the commits are in your work folder."
              echo "rein: Or give the next run a token: rein run --env GIT_TOKEN -- ... (all that it starts can read it)."
            } >&2
            echo quit=1
            """;

    private GitInside() {}

    /** Path in the run → content. */
    static Map<String, String> files(Map<String, String> identity, NavigableSet<String> forges) {
        return Map.of(CONFIG, config(identity, forges), HELPER, HELPER_TEXT);
    }

    /** Variables that make git look there and never wait for a person. */
    static Map<String, String> environment() {
        return Map.of("GIT_TERMINAL_PROMPT", "0", "GIT_CONFIG_SYSTEM", CONFIG);
    }

    private static String config(Map<String, String> identity, NavigableSet<String> forges) {
        StringBuilder text = new StringBuilder("[user]\n");
        identity.forEach((key, value) -> {
            if (key.startsWith("user.") && !value.isEmpty()) {
                text.append('\t').append(key.substring("user.".length())).append(" = ");
                text.append(quoted(value)).append('\n');
            }
        });
        text.append("[credential]\n\thelper = \"!sh ").append(HELPER).append("\"\n");
        NavigableMap<String, List<String>> known = new TreeMap<>();
        forges.forEach(host -> known.put(host, List.of()));
        for (String line : HostGroups.lines("forges.txt")) {
            List<String> words = Arrays.asList(line.split("\\s+"));
            known.put(words.getFirst(), words.subList(1, words.size()));
        }
        known.forEach((host, others) -> {
            text.append("[url \"https://").append(host).append("/\"]\n");
            for (String form : forms(host, others)) {
                text.append("\tinsteadOf = ").append(form).append('\n');
            }
        });
        return text.toString();
    }

    /** The ways to write an ssh address of a forge. */
    private static Collection<String> forms(String host, List<String> others) {
        NavigableSet<String> forms = new TreeSet<>();
        forms.add("git@" + host + ":");
        forms.add("git://" + host + "/");
        for (String user : List.of("git@", "")) {
            forms.add("ssh://" + user + host + "/");
            forms.add("ssh://" + user + host + ":22/");
            forms.add("git+ssh://" + user + host + "/");
            others.forEach(other -> forms.add("ssh://" + user + other + "/"));
        }
        others.forEach(other -> forms.add("git@" + other.replaceAll(":\\d+$", "") + ":"));
        return forms;
    }

    private static String quoted(String value) {
        String plain = value.replaceAll("\\p{Cntrl}", " ");
        return '"' + plain.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

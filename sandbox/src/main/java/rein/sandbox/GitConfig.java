package rein.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A git configuration file, read as git reads it (git-config(1), "Syntax"). INVARIANT: what cannot
 * be read so is a setting of its own that is not harmless, and no comment or continuation hides a
 * setting that git would see.
 */
public final class GitConfig {
    static final int BYTES_MAX = 256 * 1024;

    /**
     * One setting.
     *
     * @param key section, subsection and name with dots; all but the subsection in lower case
     */
    public record Setting(String key, String value) {}

    /** Settings that make git start nothing and look nowhere else: a list of what is known. */
    private static final Pattern HARMLESS =
            Pattern.compile(
                    String.join(
                            "|",
                            "core\\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase"
                                    + "|precomposeunicode|symlinks|autocrlf|eol|safecrlf|sparsecheckout"
                                    + "|sparsecheckoutcone|untrackedcache|compression|abbrev|quotepath"
                                    + "|protecthfs|protectntfs|commentchar|preloadindex|longpaths"
                                    + "|whitespace|splitindex|checkstat|trustctime)",
                            "remote\\..*\\.(url|pushurl|fetch|push|prune|prunetags|tagopt|mirror|promisor"
                                    + "|partialclonefilter|skipfetchall|skipdefaultupdate|gh-resolved"
                                    + "|followremotehead)",
                            "branch\\..*\\.(remote|pushremote|merge|rebase|description)",
                            "user\\.(name|email|useconfigonly|signingkey)",
                            "submodule\\.(active|recurse|fetchjobs)",
                            "submodule\\..*\\.(url|active|branch|path|ignore|shallow|update"
                                    + "|fetchrecursesubmodules)",
                            "extensions\\.(objectformat|refstorage|partialclone|worktreeconfig"
                                    + "|preciousobjects|compatobjectformat)",
                            "init\\.defaultbranch|pull\\.[a-z]+|push\\.[a-z]+|fetch\\.[a-z]+",
                            "merge\\.(ff|conflictstyle|renames|renamelimit|stat|log|autostash)",
                            "rebase\\.(autosquash|autostash|updaterefs|stat)|rerere\\.[a-z]+",
                            "color\\..*|advice\\.[a-z]+|status\\.[a-z]+|pack\\.[a-z]+|index\\.[a-z]+",
                            "diff\\.(algorithm|renames|colormoved|mnemonicprefix|context|submodule"
                                    + "|ignoresubmodules|noprefix)",
                            "commit\\.(gpgsign|verbose|cleanup)|tag\\.(gpgsign|sort)",
                            "gc\\.(auto|autodetach|pruneexpire)|maintenance\\.(auto|strategy)",
                            "lfs\\.repositoryformatversion|lfs\\..*\\.access"));

    private static final String UNREADABLE = "unreadable";

    private final String text;
    private final List<Setting> settings = new ArrayList<>();
    private int at;
    private String section = "";

    private GitConfig(String text) {
        // git skips one byte order mark, and takes CR LF for LF.
        this.text = (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n");
    }

    /** In the order in which they stand. */
    public static List<Setting> read(String text) {
        GitConfig reader = new GitConfig(text);
        reader.read();
        return List.copyOf(reader.settings);
    }

    /** Whether git starts nothing because of this setting. */
    static boolean harmless(Setting setting) {
        String value = setting.value();
        if (setting.key().equals("core.fsmonitor")) {
            return List.of("", "true", "false", "0", "1").contains(value);
        }
        return HARMLESS.matcher(setting.key()).matches()
                && !value.contains("::") // a remote helper, such as ext::
                && !value.startsWith("!") // submodule.<name>.update
                && !value.startsWith("-");
    }

    private boolean more() {
        return at < text.length();
    }

    private void read() {
        while (more()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#' || c == ';') {
                skipLine();
            } else if (c == '[') {
                at++;
                section();
            } else if (isLetter(c)) {
                setting();
            } else {
                unreadable();
            }
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isName(char c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '-';
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private void unreadable() {
        settings.add(new Setting(UNREADABLE, ""));
        skipLine();
    }

    private void section() {
        int start = at;
        while (more() && (isName(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        StringBuilder name = new StringBuilder(text.substring(start, at).toLowerCase(Locale.ROOT));
        while (more() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        if (more() && text.charAt(at) == '"') {
            at++;
            name.append('.');
            while (more() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                name.append(text.charAt(at));
                at++;
            }
            if (!more() || text.charAt(at) != '"') {
                unreadable();
                return;
            }
            at++;
        }
        if (!more() || text.charAt(at) != ']') {
            unreadable();
            return;
        }
        at++;
        section = name.toString();
    }

    private void setting() {
        int start = at;
        while (more() && isName(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at).toLowerCase(Locale.ROOT);
        while (more() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        String value = "";
        if (more() && text.charAt(at) == '=') {
            at++;
            value = value();
        } else if (more() && text.charAt(at) != '\n') {
            unreadable();
            return;
        }
        settings.add(new Setting(section + "." + name, value));
    }

    private String value() {
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        while (more()) {
            char c = text.charAt(at);
            if (c == '\n') {
                break;
            }
            at++;
            if (c == '\\' && more()) {
                char escaped = text.charAt(at);
                at++;
                if (escaped != '\n') {
                    value.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
                }
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '#' || c == ';')) {
                skipLine();
            } else {
                value.append(c);
            }
        }
        return value.toString().strip();
    }
}

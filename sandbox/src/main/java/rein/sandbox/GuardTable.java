package rein.sandbox;

import java.util.List;

/**
 * What in a work folder is executed later, outside, by the person whose folder it is: the one
 * table. A run sees it and cannot write it. What people run on purpose (build scripts, tests, CI
 * files) is not here: that is what an agent is asked to write, and it is listed when the run ends.
 */
final class GuardTable {
    /**
     * @param path below the work folder, or below a git folder
     * @param held whether an empty folder stands for it during the run where there is none, so that
     *     the run cannot make one; where its reader cannot bear that, it is held back at the end
     * @param why for people
     */
    record Entry(String path, boolean held, String why) {}

    private static final String EDITOR = "an editor that has this folder open runs it";
    private static final String AGENT = "an agent started here outside runs its hooks and tools";

    /** In the work folder itself. */
    static final List<Entry> FOLDER =
            List.of(
                    new Entry(".claude", true, AGENT),
                    new Entry(".codex", true, AGENT),
                    new Entry(".cursor", true, AGENT),
                    new Entry(".devcontainer", true, "an editor builds and starts it"),
                    new Entry(".envrc", true, "direnv runs it when a shell enters the folder"),
                    new Entry(".fleet", true, EDITOR),
                    new Entry(".gemini", true, AGENT),
                    new Entry(".githooks", true, "a usual place for a project's git hooks"),
                    new Entry(".husky", true, "git hooks that npm installs"),
                    new Entry(".idea", true, EDITOR),
                    new Entry(".mcp.json", false, "an agent started here outside starts its tools"),
                    // opencode writes into its folder wherever there is one, and ends where it
                    // cannot.
                    new Entry(".opencode", false, AGENT),
                    new Entry(".qwen", true, AGENT),
                    new Entry(".vscode", true, EDITOR),
                    new Entry(".zed", true, EDITOR),
                    new Entry("opencode.json", false, AGENT),
                    new Entry("opencode.jsonc", false, AGENT));

    static final String HOOKS = "git runs these on commit, checkout and push";
    static final String COMMON_DIR = "git takes its configuration from the folder that this names";
    static final String CONFIG = "git runs programs that this names; the run has a copy of its own";
    static final String GIT_FILE = "git takes its configuration from the folder that this names";
    static final String NAMED = "named in a git configuration as a thing to run";
    static final String PINNED = "holds what is guarded, so it cannot be moved away";
    static final String MASKED = "a socket, pipe or device of a program outside";

    private GuardTable() {}
}

package rein.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What of one work folder a run may not change, found when the run is prepared: {@link GuardTable}
 * applied to what is there, and to what git's configuration names.
 */
final class Guards {
    /** A mount each; a thousand mounts would take a noticeable part of a second. */
    static final int GUARDS_MAX = 512;

    /** As many as git follows: config.c, MAX_INCLUDE_DEPTH is 10, and nobody nests five. */
    private static final int INCLUDES_MAX = 5;

    private static final int NAMES_MAX = 256;

    /** What stands for something that is not there. */
    record Placeholder(String path, boolean folder, String content) {}

    private final Beneath files;
    private final Path workdir;
    private final boolean callersOwn;
    private final NavigableMap<String, Guard> guards = new TreeMap<>();
    private final List<Placeholder> placeholders = new ArrayList<>();

    private Guards(Beneath files, Path workdir, boolean callersOwn) {
        this.files = files;
        this.workdir = workdir;
        this.callersOwn = callersOwn;
    }

    /**
     * Finds them.
     *
     * @param callersOwn whether the folder is the caller's: in another's nothing may be made, and
     *     only what lies on top of it is guarded
     * @throws SandboxException {@code SPEC} where what git executes cannot be guarded, since a link
     *     stands in its place, or there is too much of it
     */
    static Guards of(Linux linux, Path workdir, WorkdirScan scan, boolean callersOwn) {
        try (Beneath files = Beneath.open(linux, workdir)) {
            Guards guards = new Guards(files, workdir, callersOwn);
            guards.folder();
            guards.git(scan);
            scan.special().forEach(path -> guards.add(Guard.Kind.MASKED, path, GuardTable.MASKED));
            if (guards.guards.size() > GUARDS_MAX) {
                throw new SandboxException(
                        SandboxException.Code.SPEC,
                        "The work folder "
                                + workdir
                                + " holds more than "
                                + GUARDS_MAX
                                + " git repositories, sockets and pipes that a run must be kept "
                                + "from. Choose a smaller folder, or remove those that nobody needs.");
            }
            return guards;
        }
    }

    /** Sorted by path, so that what holds another comes first. */
    List<Guard> list() {
        return List.copyOf(guards.values());
    }

    List<Placeholder> placeholders() {
        return List.copyOf(placeholders);
    }

    /** Takes out those for which nothing can stand: the file system lets nobody make them. */
    void impossible(List<Placeholder> paths) {
        placeholders.removeAll(paths);
        paths.forEach(each -> guards.remove(each.path()));
    }

    private void folder() {
        for (GuardTable.Entry entry : GuardTable.FOLDER) {
            switch (files.type(entry.path())) {
                case FILE, FOLDER -> add(Guard.Kind.READ_ONLY, entry.path(), entry.why());
                case ABSENT -> {
                    if (entry.held()) {
                        hold(new Placeholder(entry.path(), true, ""), entry.why());
                    }
                }
                case LINK, OTHER ->
                        guards.put(
                                entry.path(),
                                new Guard(Guard.Kind.SEEN, entry.path(), entry.why()));
            }
        }
    }

    private void git(WorkdirScan scan) {
        for (String link : scan.gitLinks()) {
            refuseLink(link);
        }
        if (!callersOwn && files.type(".git") == Beneath.Type.FOLDER) {
            repository(".git");
        }
        for (String file : scan.gitFiles()) {
            add(Guard.Kind.READ_ONLY, file, GuardTable.GIT_FILE);
        }
        scan.gitFolders().stream().filter(path -> !path.isEmpty()).forEach(this::repository);
    }

    private void refuseLink(String path) {
        throw new SandboxException(
                SandboxException.Code.SPEC,
                workdir.resolve(path)
                        + " is a symbolic link, so it cannot be kept from the run, and git outside"
                        + " executes what it leads to. Put what it leads to in its place, or choose"
                        + " another work folder.");
    }

    private void repository(String git) {
        add(Guard.Kind.PINNED, git, GuardTable.PINNED);
        boolean ours = git.equals(".git") || git.endsWith("/.git") || git.contains(".git/modules/");
        switch (files.type(git + "/hooks")) {
            case FOLDER -> hooks(git + "/hooks", GuardTable.HOOKS);
            case ABSENT -> {
                if (ours) {
                    hold(new Placeholder(git + "/hooks", true, ""), GuardTable.HOOKS);
                }
            }
            case LINK -> refuseLink(git + "/hooks");
            case FILE, OTHER -> {}
        }
        if (files.type(git + "/config") == Beneath.Type.LINK) {
            refuseLink(git + "/config");
        }
        config(git, git + "/config", Guard.Kind.PRIVATE, 0);
        config(git, git + "/config.worktree", Guard.Kind.READ_ONLY, 0);
        if (!existing(git + "/commondir", GuardTable.COMMON_DIR) && ours) {
            // The folder itself: git takes it for what it is without the file.
            hold(new Placeholder(git + "/commondir", false, ".\n"), GuardTable.COMMON_DIR);
        }
        List<String> trees = callersOwn ? files.names(git + "/worktrees", NAMES_MAX) : List.of();
        for (String name : trees) {
            String worktree = git + "/worktrees/" + name;
            boolean _ = existing(worktree + "/commondir", GuardTable.COMMON_DIR);
            boolean _ = existing(worktree + "/gitdir", GuardTable.COMMON_DIR);
            boolean _ = existing(worktree + "/config.worktree", GuardTable.CONFIG);
        }
    }

    private boolean existing(String path, String why) {
        boolean there = files.type(path) == Beneath.Type.FILE;
        if (there) {
            add(Guard.Kind.READ_ONLY, path, why);
        }
        return there;
    }

    /** A folder of hooks, and where its links lead. */
    private void hooks(String path, String why) {
        add(Guard.Kind.READ_ONLY, path, why);
        for (String name : callersOwn ? files.names(path, NAMES_MAX) : List.<String>of()) {
            String hook = path + "/" + name;
            if (files.type(hook) == Beneath.Type.LINK) {
                real(hook).ifPresent(this::named);
            }
        }
    }

    /** Where a link leads; empty where it leads nowhere. */
    private Optional<Path> real(String path) {
        try {
            return Optional.of(workdir.resolve(path).toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A file of settings, those that it includes, and the programs in the folder that it names. */
    private void config(String git, String path, Guard.Kind kind, int depth) {
        byte[] bytes =
                callersOwn
                        ? files.read(path, GitConfig.BYTES_MAX).orElseGet(() -> new byte[0])
                        : new byte[0];
        if (files.type(path) != Beneath.Type.FILE) {
            return;
        }
        add(kind, path, GuardTable.CONFIG);
        // Relative programs start in the work tree; an included file's are taken as its folder's.
        Path tree = workdir.resolve(git.endsWith(".git") ? parent(git) : git);
        for (GitConfig.Setting setting :
                GitConfig.read(new String(bytes, StandardCharsets.UTF_8))) {
            String key = setting.key();
            if (key.equals("include.path") || key.matches("includeif\\..*\\.path")) {
                include(git, setting.value(), depth);
            } else if (key.equals("core.hookspath")) {
                hooksPath(tree.resolve(setting.value()).normalize());
            } else if (!GitConfig.harmless(setting)) {
                for (String word : setting.value().split("[\\s\"'!;|&]+", -1)) {
                    if (word.indexOf('\0') < 0 && !word.isEmpty()) {
                        named(tree.resolve(word).normalize());
                    }
                }
            }
        }
    }

    private void include(String git, String value, int depth) {
        Path included = workdir.resolve(git).resolve(value).normalize();
        if (!included.startsWith(workdir) || depth == INCLUDES_MAX) {
            return;
        }
        String path = workdir.relativize(included).toString();
        if (files.type(path) == Beneath.Type.ABSENT) {
            hold(new Placeholder(path, false, ""), GuardTable.NAMED);
        } else if (!guards.containsKey(path)) {
            config(parent(path), path, Guard.Kind.READ_ONLY, depth + 1);
        }
    }

    private void hooksPath(Path folder) {
        if (!folder.startsWith(workdir) || folder.equals(workdir)) {
            return;
        }
        String path = workdir.relativize(folder).toString();
        if (files.type(path) == Beneath.Type.FOLDER) {
            hooks(path, GuardTable.NAMED);
        } else if (files.type(path) == Beneath.Type.ABSENT) {
            hold(new Placeholder(path, true, ""), GuardTable.NAMED);
        }
    }

    private void named(Path program) {
        if (program.startsWith(workdir)) {
            String path = workdir.relativize(program).toString();
            if (files.type(path) == Beneath.Type.FILE && !guards.containsKey(path)) {
                add(Guard.Kind.READ_ONLY, path, GuardTable.NAMED);
            }
        }
    }

    private void hold(Placeholder placeholder, String why) {
        if (!callersOwn) {
            return;
        }
        String above = parent(placeholder.path());
        if (!above.isEmpty() && files.type(above) != Beneath.Type.FOLDER) {
            return;
        }
        placeholders.add(placeholder);
        add(Guard.Kind.READ_ONLY, placeholder.path(), why);
    }

    /** INVARIANT: every folder above is a mount of its own, or renaming it would move the guard. */
    private void add(Guard.Kind kind, String path, String why) {
        guards.put(path, new Guard(kind, path, why));
        if (kind != Guard.Kind.MASKED) {
            for (String above = parent(path); !above.isEmpty(); above = parent(above)) {
                guards.putIfAbsent(above, new Guard(Guard.Kind.PINNED, above, GuardTable.PINNED));
            }
        }
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}

package rein.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import rein.vocabulary.Ticker;

/**
 * What a run left in its work folder that git, an editor or an agent outside would execute, and
 * that it made itself: given another name, so that nobody finds it, and said. What was there before
 * was guarded while the run went on. Nothing is removed.
 */
final class HeldBack {
    private static final Pattern WORKTREE = Pattern.compile("(.*/)?worktrees/[^/]+");
    private static final Pattern TODO_STARTS =
            Pattern.compile("^\\s*(exec|x)\\s.*", Pattern.MULTILINE | Pattern.DOTALL);
    private static final int FILE_BYTES_MAX = 64 * 1024;
    private static final int NAMES_MAX = 256;

    /** A name can be taken already; a name with the time in it cannot have been foreseen. */
    private static final int NAMES_TRIED_MAX = 3;

    private final Beneath files;
    private final Path workdir;
    private final Set<String> guarded;
    private final Ticker ticker;
    private final Set<String> seen = new HashSet<>();
    private final List<String> sentences = new ArrayList<>();

    private HeldBack(Beneath files, Path workdir, Set<String> guarded, Ticker ticker) {
        this.files = files;
        this.workdir = workdir;
        this.guarded = guarded;
        this.ticker = ticker;
    }

    /**
     * Called when no process of the run is left.
     *
     * @param scan the work folder as it is now
     * @return what was held back and why, for people
     */
    static List<String> from(
            Linux linux, Ticker ticker, Path workdir, List<Guard> guards, WorkdirScan scan) {
        try (Beneath files = Beneath.open(linux, workdir)) {
            Set<String> guarded = guards.stream().map(Guard::path).collect(Collectors.toSet());
            HeldBack held = new HeldBack(files, workdir, guarded, ticker);
            held.folder();
            scan.gitLinks().forEach(link -> held.hold(link, "a link in place of a git folder"));
            scan.gitFolders().forEach(held::repository);
            scan.gitFiles().forEach(held::gitFile);
            return List.copyOf(held.sentences);
        } catch (SandboxException e) {
            return List.of();
        }
    }

    private void folder() {
        for (GuardTable.Entry entry : GuardTable.FOLDER) {
            if (!guarded.contains(entry.path())
                    && files.type(entry.path()) != Beneath.Type.ABSENT) {
                hold(entry.path(), entry.why());
            }
        }
    }

    private void repository(String git) {
        if (!seen.add(git)) {
            return;
        }
        String at = git.isEmpty() ? "" : git + "/";
        boolean known = guarded.contains(git);
        if (!known) {
            config(git, at + "config");
            hooks(at + "hooks");
        }
        config(git, at + "config.worktree");
        commonDir(git, at + "commondir");
        unfinished(at);
        for (String name : files.names(at + "worktrees", NAMES_MAX)) {
            repository(at + "worktrees/" + name);
        }
    }

    private void config(String git, String path) {
        switch (files.type(path)) {
            case ABSENT -> {}
            case LINK -> hold(path, "a link in place of a git configuration");
            case FOLDER, OTHER -> {}
            case FILE -> {
                if (guarded.contains(path)) {
                    return;
                }
                byte[] bytes = files.read(path, GitConfig.BYTES_MAX).orElseGet(() -> new byte[0]);
                List<String> starting =
                        bytes.length == GitConfig.BYTES_MAX
                                ? List.of("more than can be looked through")
                                : starting(git, bytes);
                if (!starting.isEmpty()) {
                    hold(path, "it sets " + String.join(", ", starting));
                }
            }
        }
    }

    private List<String> starting(String git, byte[] bytes) {
        return GitConfig.read(new String(bytes, StandardCharsets.UTF_8)).stream()
                .filter(setting -> !GitConfig.harmless(setting) && !ownTree(git, setting))
                .map(GitConfig.Setting::key)
                .distinct()
                .sorted()
                .limit(8)
                .toList();
    }

    /** A submodule's repository says where its files are; within the work folder that is well. */
    private boolean ownTree(String git, GitConfig.Setting setting) {
        return setting.key().equals("core.worktree")
                && setting.value().indexOf('\0') < 0
                && !setting.value().startsWith("/")
                && workdir.resolve(git).resolve(setting.value()).normalize().startsWith(workdir);
    }

    private void hooks(String path) {
        switch (files.type(path)) {
            case ABSENT, FILE, OTHER -> {}
            case LINK -> hold(path, "a link in place of git hooks");
            case FOLDER -> {
                List<String> hooks =
                        files.names(path, NAMES_MAX).stream()
                                .filter(name -> !name.endsWith(".sample"))
                                .filter(name -> !name.toLowerCase(Locale.ROOT).startsWith("readme"))
                                .limit(8)
                                .toList();
                if (!hooks.isEmpty()) {
                    hold(path, "it holds the git hooks " + String.join(", ", hooks));
                }
            }
        }
    }

    private void commonDir(String git, String path) {
        if (guarded.contains(path) || files.type(path) == Beneath.Type.ABSENT) {
            return;
        }
        boolean usual =
                WORKTREE.matcher(git).matches()
                        && text(path).filter(text -> text.strip().equals("../..")).isPresent();
        if (!usual) {
            hold(path, "git would take its configuration from the folder that this names");
        }
    }

    /** Half a rebase whose list starts programs: {@code git rebase --continue} would start them. */
    private void unfinished(String at) {
        String todo = at + "rebase-merge/git-rebase-todo";
        if (text(todo).filter(text -> TODO_STARTS.matcher(text).find()).isPresent()) {
            hold(todo, "an unfinished rebase that would start programs");
        }
    }

    private void gitFile(String path) {
        if (guarded.contains(path)) {
            return;
        }
        Optional<String> named =
                text(path)
                        .map(String::strip)
                        .filter(text -> text.startsWith("gitdir:") && text.indexOf('\0') < 0)
                        .map(text -> text.substring("gitdir:".length()).strip());
        if (named.isEmpty()) {
            return;
        }
        Path target = workdir.resolve(path).resolveSibling(named.get()).normalize();
        if (target.startsWith(workdir)) {
            String git = workdir.relativize(target).toString();
            if (linkOnTheWay(git)) {
                hold(path, "it leads through a link");
            } else {
                repository(git);
            }
        }
    }

    private boolean linkOnTheWay(String path) {
        for (int slash = path.length(); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            if (files.type(path.substring(0, slash)) == Beneath.Type.LINK) {
                return true;
            }
        }
        return false;
    }

    private Optional<String> text(String path) {
        return files.read(path, FILE_BYTES_MAX)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private void hold(String path, String why) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        for (int tried = 0; tried < NAMES_TRIED_MAX; tried++) {
            String held = name + ".held-" + Long.toHexString(ticker.nanos());
            if (files.rename(path, held)) {
                sentences.add(path + " is now " + held + ": " + why);
                return;
            }
        }
        sentences.add(path + " COULD NOT BE HELD BACK, look at it before you work there: " + why);
    }
}

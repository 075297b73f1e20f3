package rein.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * One walk through a work folder, shallow folders first, never through a link.
 *
 * @param gitFolders below the folder: {@code .git} folders, and folders that git would take for one
 * @param gitFiles below the folder: {@code .git} files
 * @param gitLinks below the folder: {@code .git} that are links
 * @param special below the folder: sockets, pipes and devices
 * @param files below the folder: those that were asked for
 * @param complete false when there was more than the bound
 */
public record WorkdirScan(
        NavigableSet<String> gitFolders,
        NavigableSet<String> gitFiles,
        NavigableSet<String> gitLinks,
        NavigableSet<String> special,
        NavigableSet<String> files,
        boolean complete) {
    /** Half a second's walk; a project with its dependencies unpacked fits. */
    public static final int ENTRIES_MAX = 100_000;

    private static final String GIT = ".git";

    /** Parts of a git folder that hold many files and none that git executes. */
    private static final Set<String> NOT_LOOKED_INTO = Set.of("objects", "refs", "logs", "lfs");

    public WorkdirScan {
        gitFolders = Collections.unmodifiableNavigableSet(new TreeSet<>(gitFolders));
        gitFiles = Collections.unmodifiableNavigableSet(new TreeSet<>(gitFiles));
        gitLinks = Collections.unmodifiableNavigableSet(new TreeSet<>(gitLinks));
        special = Collections.unmodifiableNavigableSet(new TreeSet<>(special));
        files = Collections.unmodifiableNavigableSet(new TreeSet<>(files));
    }

    /** Of a folder that was not looked at. */
    static WorkdirScan none() {
        return new WorkdirScan(
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                true);
    }

    /**
     * Walks the folder.
     *
     * @param wanted which regular files to name, by their path below the folder
     */
    public static WorkdirScan of(Path folder, Predicate<String> wanted) {
        return of(folder, wanted, ENTRIES_MAX);
    }

    static WorkdirScan of(Path folder, Predicate<String> wanted, int entriesMax) {
        Walk walk = new Walk(folder, wanted, entriesMax);
        walk.go();
        return new WorkdirScan(
                walk.gitFolders,
                walk.gitFiles,
                walk.gitLinks,
                walk.special,
                walk.files,
                walk.left >= 0);
    }

    private static final class Walk {
        private final Path folder;
        private final Predicate<String> wanted;
        private final NavigableSet<String> gitFolders = new TreeSet<>();
        private final NavigableSet<String> gitFiles = new TreeSet<>();
        private final NavigableSet<String> gitLinks = new TreeSet<>();
        private final NavigableSet<String> special = new TreeSet<>();
        private final NavigableSet<String> files = new TreeSet<>();
        private final Deque<String> todo = new ArrayDeque<>();
        private int left;

        Walk(Path folder, Predicate<String> wanted, int entriesMax) {
            this.folder = folder;
            this.wanted = wanted;
            this.left = entriesMax;
        }

        void go() {
            todo.add("");
            while (!todo.isEmpty() && left >= 0) {
                folder(todo.removeFirst());
            }
        }

        private void folder(String path) {
            Set<String> folders = new HashSet<>();
            Set<String> names = new HashSet<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder.resolve(path))) {
                for (Path entry : entries) {
                    if (--left < 0) {
                        return;
                    }
                    String name = entry.getFileName().toString();
                    names.add(name);
                    if (entry(path.isEmpty() ? name : path + "/" + name, name, entry)) {
                        folders.add(name);
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                // Gone or unreadable meanwhile: the kernel shows the run no more than this.
                return;
            }
            boolean git =
                    path.equals(GIT)
                            || path.endsWith("/" + GIT)
                            // As git judges a folder: setup.c, is_git_directory.
                            || (names.contains("HEAD")
                                    && folders.contains("objects")
                                    && folders.contains("refs"));
            if (git) {
                gitFolders.add(path);
            }
            folders.stream()
                    .filter(name -> !git || !NOT_LOOKED_INTO.contains(name))
                    .sorted()
                    .forEach(name -> todo.addLast(path.isEmpty() ? name : path + "/" + name));
        }

        /** Whether it is a folder. */
        private boolean entry(String path, String name, Path entry) {
            BasicFileAttributes found;
            try {
                found =
                        Files.readAttributes(
                                entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (IOException e) {
                return false;
            }
            if (found.isDirectory()) {
                return true;
            }
            if (found.isOther()) {
                special.add(path);
            } else if (name.equals(GIT)) {
                (found.isSymbolicLink() ? gitLinks : gitFiles).add(path);
            } else if (found.isRegularFile() && wanted.test(path)) {
                files.add(path);
            }
            return false;
        }
    }
}

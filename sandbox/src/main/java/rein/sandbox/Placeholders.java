package rein.sandbox;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The empty folders and small files that stand, while runs go on, for what those must not make. The
 * last run of a work folder takes them away; after a crash the next start does. One that somebody
 * outside has put something into stays. Safe for any thread.
 */
final class Placeholders {
    private static final String FOLDER = "folder";

    private record Held(Guards.Placeholder what, int runs) {}

    private final Linux linux;
    private final Path journal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Map<String, Held>> held = new TreeMap<>();
    private final Map<Path, List<Guards.Placeholder>> inherited = new TreeMap<>();

    /**
     * Takes away what an earlier node left, unless runs of it go on: taking away the file below a
     * mount takes the mount away too, in the run.
     *
     * @param journal one line each: the work folder, what stands in it, which kind, what is in it
     * @param runsGoOn whether all of it stays until {@link #settle}
     */
    Placeholders(Linux linux, Path journal, boolean runsGoOn) {
        this.linux = linux;
        this.journal = journal;
        List<String> lines;
        try {
            Files.createDirectories(journal.toAbsolutePath().getParent());
            lines = Files.exists(journal) ? Files.readAllLines(journal) : List.of();
        } catch (IOException e) {
            throw failed(e);
        }
        for (String line : lines) {
            List<String> parts =
                    Arrays.stream(line.split(" ", -1)).map(Placeholders::read).toList();
            if (parts.size() == 4) {
                Path workdir = Path.of(parts.get(0));
                Guards.Placeholder what =
                        new Guards.Placeholder(
                                parts.get(1), parts.get(2).equals(FOLDER), parts.get(3));
                if (runsGoOn) {
                    held.computeIfAbsent(workdir, _ -> new TreeMap<>())
                            .put(what.path(), new Held(what, 1));
                    inherited.computeIfAbsent(workdir, _ -> new ArrayList<>()).add(what);
                } else {
                    remove(workdir, what);
                }
            }
        }
    }

    /** Goes on holding for a run what an earlier node made for it. */
    List<Guards.Placeholder> adopt(Path workdir, List<String> paths) {
        lock.lock();
        try {
            Map<String, Held> here = held.getOrDefault(workdir, new TreeMap<>());
            List<Guards.Placeholder> adopted = new ArrayList<>();
            for (String path : paths) {
                Optional.ofNullable(here.get(path))
                        .ifPresent(known -> {
                            here.put(path, new Held(known.what(), known.runs() + 1));
                            adopted.add(known.what());
                        });
            }
            return adopted;
        } finally {
            lock.unlock();
        }
    }

    /** The runs that go on hold theirs by now: what only the journal held goes. */
    void settle() {
        lock.lock();
        try {
            inherited.forEach(this::release);
            inherited.clear();
        } finally {
            lock.unlock();
        }
    }

    private static String read(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private SandboxException failed(IOException e) {
        return new SandboxException(
                SandboxException.Code.SPEC,
                "The file " + journal + " cannot be used: " + e.getMessage(),
                e);
    }

    /**
     * Makes those that are not there, and keeps those that stand for other runs of the folder for
     * this one too.
     *
     * @param impossible told of those that the file system lets nobody make, so neither the run
     * @return what to release when the run has ended
     */
    List<Guards.Placeholder> hold(
            Path workdir,
            int uid,
            int gid,
            List<Guards.Placeholder> wanted,
            Consumer<List<Guards.Placeholder>> impossible) {
        lock.lock();
        try (Beneath files = Beneath.open(linux, workdir)) {
            Map<String, Held> here = held.computeIfAbsent(workdir, _ -> new TreeMap<>());
            Map<String, Guards.Placeholder> all = new TreeMap<>();
            here.values().forEach(each -> all.put(each.what().path(), each.what()));
            wanted.forEach(each -> all.put(each.path(), each));
            all.values()
                    .forEach(each ->
                            here.merge(
                                    each.path(),
                                    new Held(each, 1),
                                    (old, _) -> new Held(old.what(), old.runs() + 1)));
            // Written down first, so that a crash leaves nothing that the next start does not know.
            List<Guards.Placeholder> list = List.copyOf(all.values());
            try {
                write();
                impossible.accept(
                        wanted.stream().filter(each -> !make(files, each, uid, gid)).toList());
            } catch (SandboxException e) {
                release(workdir, list);
                throw e;
            }
            return list;
        } finally {
            lock.unlock();
        }
    }

    private static boolean make(Beneath files, Guards.Placeholder what, int uid, int gid) {
        byte[] content = what.content().getBytes(StandardCharsets.UTF_8);
        int errno =
                what.folder()
                        ? files.makeFolder(what.path(), uid, gid)
                        : files.makeFile(what.path(), content, uid, gid);
        return switch (errno) {
            case 0, Errno.EEXIST -> true;
            case Errno.EROFS, Errno.EACCES, Errno.EPERM -> false;
            default ->
                    throw new SandboxException(
                            SandboxException.Code.SPEC,
                            "In the work folder nothing can be made at "
                                    + what.path()
                                    + " ("
                                    + Errno.name(errno)
                                    + "), so a run could not be kept from making it.",
                            errno);
        };
    }

    void release(Path workdir, List<Guards.Placeholder> wanted) {
        lock.lock();
        try {
            Map<String, Held> here = held.getOrDefault(workdir, new TreeMap<>());
            for (Guards.Placeholder each : wanted) {
                Held now = here.getOrDefault(each.path(), new Held(each, 1));
                if (now.runs() > 1) {
                    here.put(each.path(), new Held(now.what(), now.runs() - 1));
                } else {
                    here.remove(each.path());
                    remove(workdir, each);
                }
            }
            if (here.isEmpty()) {
                held.remove(workdir);
            }
            write();
        } finally {
            lock.unlock();
        }
    }

    private void remove(Path workdir, Guards.Placeholder what) {
        try (Beneath files = Beneath.open(linux, workdir)) {
            if (what.folder()) {
                boolean _ = files.removeFolder(what.path());
            } else {
                byte[] content = what.content().getBytes(StandardCharsets.UTF_8);
                if (files.read(what.path(), content.length + 1)
                        .filter(found -> Arrays.equals(found, content))
                        .isPresent()) {
                    boolean _ = files.removeFile(what.path());
                }
            }
        } catch (SandboxException e) {
            // The work folder is gone, and with it what stood in it.
            return;
        }
    }

    private void write() {
        List<String> lines = new ArrayList<>();
        held.forEach((workdir, here) ->
                here.values().stream()
                        .map(Held::what)
                        .forEach(what ->
                                lines.add(
                                        word(workdir.toString())
                                                + " "
                                                + word(what.path())
                                                + (what.folder() ? " folder " : " file ")
                                                + word(what.content()))));
        try {
            Path fresh = journal.resolveSibling(journal.getFileName() + ".new");
            Files.write(fresh, lines, StandardCharsets.UTF_8);
            Files.move(fresh, journal, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(e);
        }
    }
}

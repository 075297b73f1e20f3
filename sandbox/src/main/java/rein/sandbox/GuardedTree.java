package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * Lays a run's guards over its work folder, in the launcher, before anything of the run exists.
 *
 * <p>INVARIANT: each guard is attached to exactly what was opened, and no link is followed on the
 * way there (openat2(2)), so that another run that can write the folder at this moment cannot lead
 * a guard astray.
 */
final class GuardedTree {
    /** Where the run finds its own copies, each in a folder of its own: git makes a lock beside. */
    static final String COPIES = "/run/git";

    /** In the staging folder. */
    static final String COPIES_STAGED = "git-copies";

    private static final String MASK = "mask";
    private static final String LINK = "git-link";

    /** Room for the copies; a git configuration is a few hundred bytes. */
    private static final String COPIES_OPTIONS = "mode=0755,size=4m";

    private final Linux linux;
    private final Mounts mounts;
    private final Path staging;
    private final int runId;
    private int copies;

    /**
     * @param staging a scratch of the launcher's own
     * @param runId the run's uid and gid
     */
    GuardedTree(Linux linux, Path staging, int runId) {
        this.linux = linux;
        this.mounts = new Mounts(linux);
        this.staging = staging;
        this.runId = runId;
    }

    /**
     * @param workdir where the work folder is attached
     * @param guards path below it → kind
     */
    void lay(Path workdir, SortedMap<String, Guard.Kind> guards) throws IOException {
        Path copied = Files.createDirectory(staging.resolve(COPIES_STAGED));
        mounts.mount("rein", copied.toString(), "tmpfs", Mounts.MS_NOSUID_NODEV, COPIES_OPTIONS);
        Path mask = Files.write(staging.resolve(MASK), new byte[0]);
        try (Beneath files = Beneath.open(linux, workdir)) {
            for (Map.Entry<String, Guard.Kind> guard : guards.entrySet()) {
                if (guard.getValue() == Guard.Kind.SEEN) {
                    continue;
                }
                OptionalInt found = files.find(guard.getKey());
                if (found.isPresent()) {
                    lay(files, guard.getKey(), found.getAsInt(), guard.getValue(), mask);
                    linux.close(found.getAsInt());
                } else if (guard.getValue() != Guard.Kind.MASKED) {
                    throw gone(files, guard.getKey());
                }
            }
        }
    }

    private static SandboxException gone(Beneath files, String path) {
        return new SandboxException(
                SandboxException.Code.SPEC,
                files.type(path) == Beneath.Type.LINK
                        ? Beneath.replaced(path)
                        : path
                                + " went away, or a link came in its way, while the run was started. "
                                + "Look at what else works in that folder, and try again.");
    }

    private void lay(Beneath files, String path, int target, Guard.Kind kind, Path mask)
            throws IOException {
        int mount =
                switch (kind) {
                    case PINNED -> restricted(mounts.copy(target, true), false);
                    case READ_ONLY -> restricted(mounts.copy(target, true), true);
                    case MASKED -> restricted(mounts.openTree(mask.toString(), false), true);
                    case PRIVATE -> ownCopy(files, path);
                    case SEEN -> throw new IllegalArgumentException(path);
                };
        mounts.attach(mount, target);
        linux.close(mount);
    }

    private int restricted(int mount, boolean readOnly) {
        mounts.restrict(mount, readOnly);
        return mount;
    }

    /**
     * A link to a copy. A file could not be replaced by renaming another one over it, as git does
     * for every setting; behind a link git makes the new file beside the copy.
     */
    private int ownCopy(Beneath files, String path) throws IOException {
        String name = Integer.toString(copies++);
        Path folder = Files.createDirectory(staging.resolve(COPIES_STAGED).resolve(name));
        Path copy = folder.resolve("config");
        Files.write(copy, files.read(path, GitConfig.BYTES_MAX).orElseGet(() -> new byte[0]));
        own(folder);
        own(copy);
        Path link =
                Files.createSymbolicLink(
                        staging.resolve(LINK + name), Path.of(COPIES, name, "config"));
        return restricted(mounts.openTree(link.toString(), false), false);
    }

    private void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", runId, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", runId, LinkOption.NOFOLLOW_LINKS);
    }
}

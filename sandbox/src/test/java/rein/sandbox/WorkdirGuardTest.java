package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of its work folder a run cannot change, and that nothing of it is left behind. */
class WorkdirGuardTest {
    private static final String WHO = "git config user.name r && git config user.email r@x && ";

    @TempDir Path root;
    private Path workdir;
    private Contained contained;

    @BeforeEach
    void open() throws IOException {
        workdir = Files.createDirectory(root.resolve("project"));
        contained = Contained.open(root.resolve("data"));
    }

    @AfterEach
    void close() {
        // Absent when the test was skipped.
        if (contained != null) {
            contained.close();
        }
    }

    private Contained.Result sh(String script) throws IOException, InterruptedException {
        return contained.run(workdir, "sh", "-c", script);
    }

    private String inside(String script) throws IOException, InterruptedException {
        return sh(script).output();
    }

    private List<String> names() throws IOException {
        try (var all = Files.list(workdir)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void gitsEverydayWorkGoesOnAndItsSettingsEndWithTheRun() throws Exception {
        Shell.assumeGit();
        String made =
                Shell.sh(
                        workdir,
                        "git init -q . && echo a > a && git add . && git commit -qm a &&"
                                + " git clone -q --bare . remote.git && git remote add o remote.git &&"
                                + " git fetch -q o && git push -q o HEAD:feature && git fetch -q o");
        String config = Files.readString(workdir.resolve(".git/config"));
        Contained.Result result =
                sh(
                        "set -e; "
                                + WHO
                                + "git checkout -q feature; echo b > b; git add b; git commit -qm b;"
                                + " git checkout -q -b other; git push -q -u o other;"
                                + " git clone -q remote.git clone; cd clone; git config x.y z;"
                                + " git log -1 --format=%an%s origin/other;"
                                + " cd ..; git config branch.other.remote; git stash list;"
                                + " git gc -q; git worktree list; git status --short");
        assertThat(result.output())
                .as(made)
                .isEqualTo(
                        "rb\no\n"
                                + workdir.toRealPath()
                                + "  "
                                + head()
                                + " [other]\n"
                                + "?? clone/\n?? remote.git/\n");
        assertThat(result.exit()).isZero();
        assertThat(workdir.resolve(".git/config")).hasContent(config.strip());
        assertThat(Shell.sh(workdir, "git log -1 --format=%an other")).isEqualTo("r\n");
        assertThat(names()).containsExactly(".git", "a", "b", "clone", "remote.git");
        assertThat(workdir.resolve(".git/commondir")).doesNotExist();
    }

    private String head() throws IOException, InterruptedException {
        return Shell.sh(workdir, "git rev-parse --short other").strip();
    }

    @Test
    void whatEditorsAndAgentsRunIsReadOnlyAndCannotBeMade() throws Exception {
        Files.createDirectories(workdir.resolve(".vscode"));
        Files.writeString(workdir.resolve(".vscode/tasks.json"), "{}\n");
        Files.writeString(workdir.resolve(".mcp.json"), "{}\n");
        StringBuilder script = new StringBuilder("exec 2>/dev/null; ");
        for (GuardTable.Entry entry : GuardTable.FOLDER) {
            if (entry.held() || Files.exists(workdir.resolve(entry.path()))) {
                String path = entry.path();
                script.append("echo x > %1$s; echo x > %1$s/x; mkdir -p %1$s/x; ".formatted(path));
                script.append("mv %1$s moved; rm -rf %1$s; ln -s /tmp %1$s; ".formatted(path));
            }
        }
        assertThat(inside(script + "cat .vscode/tasks.json; ls -A moved; true")).isEqualTo("{}\n");
        assertThat(names()).as("nothing is left behind").containsExactly(".mcp.json", ".vscode");
        assertThat(workdir.resolve(".vscode/tasks.json")).hasContent("{}");
        assertThat(workdir.resolve(".mcp.json")).hasContent("{}");
    }

    @Test
    void whatCouldNotBeHeldAndTheRunMadeHasAnotherNameAtItsEnd() throws Exception {
        Files.writeString(workdir.resolve("theirs.json"), "{}\n");
        Files.createSymbolicLink(workdir.resolve("opencode.json"), Path.of("theirs.json"));
        String script =
                "mkdir -p .opencode/plugin; echo x > .opencode/plugin/x.js; ln -s a/link .mcp.json";
        try (Sandbox sandbox = contained.prepare(workdir, "sh", "-c", script)) {
            assertThat(contained.finish(contained.launch(sandbox)).output()).isEmpty();
            assertThat(sandbox.holdBack(sandbox.scanNow(path -> false)))
                    .hasSize(2)
                    .anySatisfy(
                            line -> assertThat(line).startsWith(".mcp.json is now .mcp.json.held-"))
                    .anySatisfy(line ->
                            assertThat(line).startsWith(".opencode is now .opencode.held-"));
        }
        assertThat(names())
                .hasSize(4)
                .contains("theirs.json", "opencode.json")
                .doesNotContain(".mcp.json", ".opencode");
    }

    @Test
    void whatSomebodyOutsidePutsInPlaceOfAPlaceholderStays() throws Exception {
        try (Sandbox sandbox = contained.prepare(workdir, "sh", "-c", "ls .vscode; ls -d .idea")) {
            Files.writeString(workdir.resolve(".vscode/settings.json"), "{}\n");
            assertThat(contained.finish(contained.launch(sandbox)).output())
                    .isEqualTo("settings.json\n.idea\n");
        }
        assertThat(names()).containsExactly(".vscode");
    }

    @Test
    void aPlaceholderOutlivesTheFirstOfTwoRuns() throws Exception {
        try (Sandbox second = contained.prepare(workdir, "sh", "-c", "mkdir .vscode/x || ls -A")) {
            try (Sandbox first = contained.prepare(workdir, "true")) {
                assertThat(contained.finish(contained.launch(first)).exit()).isZero();
            }
            assertThat(workdir.resolve(".vscode")).isDirectory();
            assertThat(contained.finish(contained.launch(second)).output())
                    .contains("Read-only file system", ".vscode");
        }
        assertThat(names()).isEmpty();
    }

    /** What a run found standing for others must stand as long as it does. */
    @Test
    void runsThatBeginAndEndAtOnceTakeNothingAwayFromEachOther() throws Exception {
        Placeholders placeholders =
                new Placeholders(contained.linux(), root.resolve("journal"), false);
        WorkFolders folders = new WorkFolders(contained.linux(), placeholders);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<String>>> gone = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                gone.add(threads.submit(() -> begunAndEnded(folders)));
            }
            for (Future<List<String>> each : gone) {
                assertThat(each.get()).isEmpty();
            }
        }
        assertThat(names()).isEmpty();
    }

    private List<String> begunAndEnded(WorkFolders folders) {
        List<String> gone = new ArrayList<>();
        for (int run = 0; run < 100; run++) {
            Sandbox.Held held = folders.hold(workdir, path -> false, OptionalInt.empty());
            held.guards().stream()
                    .map(Guard::path)
                    .filter(path -> !Files.exists(workdir.resolve(path)))
                    .forEach(gone::add);
            folders.release(workdir, held);
        }
        return gone;
    }

    @Test
    void whatACrashLeftIsTakenAwayAtTheNextStart() throws Exception {
        Path journal = root.resolve("journal");
        Placeholders before = new Placeholders(contained.linux(), journal, false);
        Files.createDirectory(workdir.resolve(".git"));
        Guards.Placeholder folder = new Guards.Placeholder(".idea", true, "");
        Guards.Placeholder used = new Guards.Placeholder("odd name %\n", true, "");
        Guards.Placeholder file = new Guards.Placeholder(".git/commondir", false, ".\n");
        var _ = before.hold(workdir, 0, 0, List.of(folder, used, file), _ -> {});
        Files.writeString(workdir.resolve("odd name %\n/x"), "x");
        assertThat(workdir.resolve(".git/commondir")).hasContent(".");
        var _ = new Placeholders(contained.linux(), journal, false);
        assertThat(names()).containsExactly(".git", "odd name %\n");
        assertThat(workdir.resolve(".git")).isEmptyDirectory();
    }

    @Test
    void whatStandsForARunThatOutlivesItsNodeStandsUntilThatRunEnds() throws Exception {
        Path journal = root.resolve("journal");
        Placeholders before = new Placeholders(contained.linux(), journal, false);
        Guards.Placeholder folder = new Guards.Placeholder(".idea", true, "");
        var _ = before.hold(workdir, 0, 0, List.of(folder), _ -> {});
        Placeholders next = new Placeholders(contained.linux(), journal, true);
        assertThat(names()).containsExactly(".idea");
        List<Guards.Placeholder> adopted = next.adopt(workdir, List.of(".idea", ".unknown"));
        assertThat(adopted).containsExactly(folder);
        next.settle();
        assertThat(names()).containsExactly(".idea");
        next.release(workdir, adopted);
        assertThat(names()).isEmpty();
    }

    @Test
    void socketsAndPipesOfTheHostCannotBeReached() throws Exception {
        Path socket = Files.createDirectories(workdir.resolve("deep/er")).resolve("s.sock");
        Shell.sh(workdir, "mkfifo pipe");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            String connect =
                    "perl -MIO::Socket::UNIX -e 'for (@ARGV) { print IO::Socket::UNIX->new(Peer=>$_)"
                            + " ? qq(reached $_\\n) : qq(not $_\\n) }' deep/er/s.sock moved/er/s.sock;";
            assertThat(
                            inside(
                                    connect
                                            + "mv deep moved; "
                                            + connect
                                            + "mv moved/er/s.sock x 2>&1; cat pipe;"
                                            + " echo x 2>&1 > pipe; test -f pipe && echo file"))
                    .contains("not deep/er/s.sock", "not moved/er/s.sock", "busy", "file")
                    .doesNotContain("reached");
        }
    }

    @Test
    void programsThatGitsSettingsNameAreReadOnly() throws Exception {
        Shell.assumeGit();
        Shell.sh(
                workdir,
                "git init -q; mkdir -p tools/hooks scripts; echo x > tools/clean; echo h > scripts/h;"
                        + " ln -s ../../scripts/h .git/hooks/pre-commit;"
                        + " git config filter.f.clean 'tools/clean %f'; git config core.hooksPath tools/hooks");
        assertThat(
                        inside(
                                "echo y > tools/clean; echo y > tools/hooks/x; echo y > scripts/h;"
                                        + " mv tools t; mv scripts s; echo ok > tools/other; ls"))
                .contains("tools/clean: Read-only", "tools/hooks/x: Read-only", "busy")
                .contains("scripts/h: Read-only");
        assertThat(workdir.resolve("tools/other")).hasContent("ok");
    }

    @Test
    void aLinkInPlaceOfWhatGitExecutesIsRefusedWithASentence() throws Exception {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.createSymbolicLink(workdir.resolve(".git"), elsewhere);
        assertThatThrownBy(() -> contained.prepare(workdir, "true"))
                .hasMessageContaining("is a symbolic link");
        assertThat(names()).containsExactly(".git");
        assertThat(contained.host().sandboxes()).isEmpty();
    }

    @Test
    void aWorkFolderThatBecameALinkBeforeTheStartIsRefused() throws Exception {
        Path inner = Files.createDirectories(workdir.resolve("a/b"));
        Path secret = Files.createDirectories(root.resolve("secret/b"));
        Files.writeString(secret.resolve("key"), "marker");
        try (Sandbox sandbox = contained.prepare(inner, "sh", "-c", "ls; cat key")) {
            Files.move(workdir.resolve("a"), workdir.resolve("c"));
            Files.createSymbolicLink(workdir.resolve("a"), secret.getParent());
            Contained.Result result = contained.finish(contained.launch(sandbox));
            assertThat(result.exit()).isNotZero();
            assertThat(result.output()).contains("by a link").doesNotContain("marker");
        }
    }

    @Test
    void aWalkIsBoundedAndSaysSo() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(workdir.resolve("d" + i + "/.git"));
        }
        assertThat(WorkdirScan.of(workdir, path -> false, 1000).complete()).isTrue();
        assertThat(WorkdirScan.of(workdir, path -> false, 1000).gitFolders()).hasSize(20);
        assertThat(WorkdirScan.of(workdir, path -> false, 30).complete()).isFalse();
    }
}

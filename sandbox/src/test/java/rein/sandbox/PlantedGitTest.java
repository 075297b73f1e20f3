package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a run plants for the git that a person uses outside afterwards. Each way is tried without
 * Rein first, where it must work (the control), and then from inside a run, where nothing of it may
 * be executed.
 */
class PlantedGitTest {
    /**
     * A repository with a submodule, a linked work tree, hooks of the project's own, an include.
     */
    private static final String PROJECT =
            """
            git init -q lib && cd lib && echo l > l && git add l && git commit -qm l && cd ..
            git init -q project && cd project && echo a > a && git add a && git commit -qm a
            git -c protocol.file.allow=always submodule --quiet add ../lib deep/sub
            mkdir -p tools && echo t > tools/t && git add . && git commit -qm b
            git worktree add -q wt
            git config include.path ../.gitsettings
            """;

    /** What a person does outside, everywhere in the folder. */
    private static final String OUTSIDE =
            """
            for d in $(find . -maxdepth 3 -type d -not -path '*/.git*' -not -path '*/common/*' \\
                -not -path '*/x/*'); do ( cd "$d"
              git status; git diff; git log -1; git commit --allow-empty -qm x; git checkout -q -b b
              git rebase --continue; git submodule status
            ) done
            """;

    private static final Map<String, String> WAYS = ways();

    @TempDir Path root;

    private static Map<String, String> ways() {
        String evil = "core.fsmonitor 'touch MARK; false'";
        String hook = "printf '#!/bin/sh\\ntouch MARK\\n' > %1$s && chmod +x %1$s";
        Map<String, String> ways = new LinkedHashMap<>();
        ways.put("a hook", hook.formatted(".git/hooks/pre-commit"));
        ways.put(
                "a hook where there were none",
                "mkdir -p .git/hooks; " + hook.formatted(".git/hooks/post-commit"));
        ways.put("a setting", "git config " + evil);
        ways.put("another git folder", "mv .git .g; git init -q; git config " + evil);
        ways.put(
                "a common folder",
                "rm -f .git/commondir; cp -r .git common; git config -f common/config "
                        + evil
                        + "; echo ../common > .git/commondir");
        ways.put("an included file", "rm -rf .gitsettings; git config -f .gitsettings " + evil);
        ways.put(
                "a repository inside, known to the one around it",
                "git init -q evil; cd evil; git commit -q --allow-empty -m x; cd ..; git add evil;"
                        + " cd evil; git config "
                        + evil);
        ways.put(
                "a repository inside, with a hook",
                "git init -q evil; mkdir -p evil/.git/hooks; "
                        + hook.formatted("evil/.git/hooks/pre-commit"));
        ways.put(
                "a git file that leads to a planted folder",
                "git init -q evil; mv evil/.git evil/data; git config -f evil/data/config "
                        + evil
                        + "; echo 'gitdir: data' > evil/.git");
        ways.put(
                "a folder that is itself a git folder",
                "git init -q --bare x; cd x; git config -f config core.bare false;"
                        + " git config -f config core.worktree $PWD; git config -f config "
                        + evil);
        ways.put(
                "a repository inside, with a common folder",
                "git init -q evil; cp -r evil/.git evil/c; git config -f evil/c/config "
                        + evil
                        + "; echo ../c > evil/.git/commondir");
        ways.put(
                "a repository inside, with a link for its settings",
                "git init -q evil; mv evil/.git/config evil/c; git config -f evil/c "
                        + evil
                        + "; ln -s ../c evil/.git/config");
        ways.put("a submodule's setting", "git config -f .git/modules/deep/sub/config " + evil);
        ways.put("a submodule's hook", hook.formatted(".git/modules/deep/sub/hooks/pre-commit"));
        ways.put(
                "a submodule's common folder",
                "rm -f .git/modules/deep/sub/commondir; cp -r .git/modules/deep/sub common;"
                        + " git config -f common/config "
                        + evil
                        + "; echo $PWD/common > .git/modules/deep/sub/commondir");
        ways.put(
                "another folder in place of a submodule's git file",
                "rm deep/sub/.git; git init -q deep/sub; cd deep/sub; git config " + evil);
        ways.put(
                "another folder in place of a submodule",
                "mv deep/sub s; git init -q deep/sub; cd deep/sub; git config " + evil);
        ways.put(
                "another folder in place of what holds a submodule",
                "mv deep d; git init -q deep/sub; cd deep/sub; git config " + evil);
        ways.put(
                "a linked work tree's common folder",
                "cp -r .git common; rm -f common/commondir; git config -f common/config "
                        + evil
                        + "; echo ../../../common > .git/worktrees/wt/commondir");
        ways.put(
                "another git file in a linked work tree",
                "git init -q x; git config -f x/.git/config "
                        + evil
                        + "; echo 'gitdir: ../x/.git' > wt/.git");
        ways.put(
                "an unfinished rebase",
                "git rebase -q -x false HEAD~1;"
                        + " echo 'exec touch MARK' > .git/rebase-merge/git-rebase-todo");
        return ways;
    }

    private Path project(String name, Path mark) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(root.resolve(name));
        String made = Shell.sh(folder, PROJECT);
        Path project = folder.resolve("project");
        assertThat(project.resolve("deep/sub/l")).as(made).exists();
        assertThat(mark).doesNotExist();
        return project;
    }

    @Test
    void nothingThatARunPlantedIsExecutedOutside() throws Exception {
        Shell.assumeGit();
        Contained.assumePossible();
        try (Contained contained = Contained.open(root.resolve("data"))) {
            int number = 0;
            for (Map.Entry<String, String> way : WAYS.entrySet()) {
                number++;
                Path mark = root.resolve("mark" + number);
                String script = way.getValue().replace("MARK", mark.toString());

                Path control = project("control" + number, mark);
                String planted = Shell.sh(control, script);
                String _ = Shell.sh(control, OUTSIDE);
                assertThat(mark).as("control of %s: %s", way.getKey(), planted).exists();
                Files.delete(mark);

                Path project = project("project" + number, mark);
                Held held = inside(contained, project, script);
                String _ = Shell.sh(project, OUTSIDE);
                assertThat(mark).as("%s: inside %s", way.getKey(), held).doesNotExist();
                assertThat(Shell.sh(project, "git fsck; git log -1 --format=%s HEAD~1"))
                        .as("%s: the repository is whole; inside %s", way.getKey(), held)
                        .doesNotContain("fatal");
            }
        }
    }

    private record Held(String output, List<String> sentences) {}

    private static Held inside(Contained contained, Path project, String script)
            throws IOException, InterruptedException {
        String named =
                "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a"
                        + " GIT_COMMITTER_EMAIL=a; ";
        try (Sandbox sandbox = contained.prepare(project, "sh", "-c", named + script)) {
            Contained.Result result = contained.finish(contained.launch(sandbox));
            List<String> sentences = sandbox.holdBack(sandbox.scanNow(path -> false));
            return new Held(result.output(), sentences);
        }
    }
}

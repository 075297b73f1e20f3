package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitConfigTest {
    @TempDir Path folder;

    private static boolean harmless(String text) {
        return GitConfig.read(text).stream().allMatch(GitConfig::harmless);
    }

    /** Ways to write a setting down, each of which git reads as {@code core.fsmonitor}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[core]\n\tfsmonitor = evil\n",
                "[core]fsmonitor=evil",
                "[CORE] FsMonitor = evil ; comment",
                "# comment \\\n[core]\nfsmonitor = evil",
                "[core]\n; \\\nfsmonitor = evil",
                "[user]\nname = a # \\\n[core]\nfsmonitor = evil",
                "[user]\nname = a\\\nb\n[core]\nfsmonitor = \"evil\"",
                "[user]\nname = \"a ; b\"\n[core]\nfsmonitor = ev\\\nil",
                "\uFEFF[core]\r\n\tfsmonitor = evil\r\n",
                "[core]\n\t\n  fsmonitor   =evil",
                "[core] # [user]\nfsmonitor = evil\n[user]\nname = x"
            })
    void whatGitSeesIsSeen(String text) throws Exception {
        Shell.assumeGit();
        Files.writeString(folder.resolve("c"), text);
        assertThat(Shell.sh(folder, "git config -f c core.fsmonitor")).startsWith("ev");
        assertThat(harmless(text)).isFalse();
    }

    @Test
    void sectionsAndValuesAreAsGitHasThem() {
        assertThat(
                        GitConfig.read(
                                "[Remote \"A \\\"b\"]\nURL = \"x y\" z ;c\n[a.B]\nflag\n[x]\ny=1\\t2\n"))
                .containsExactly(
                        new GitConfig.Setting("remote.A \"b.url", "x y z"),
                        new GitConfig.Setting("a.b.flag", ""),
                        new GitConfig.Setting("x.y", "1\t2"));
    }

    @Test
    void whatInitAndCloneWriteIsHarmless() throws Exception {
        Shell.assumeGit();
        Shell.sh(
                folder,
                "git init -q a; cd a; git commit -q --allow-empty -m x; cd ..; git clone -q a b;"
                        + " cd b; git checkout -q -b c; git config user.name n; git push -q -u origin c");
        assertThat(harmless(Files.readString(folder.resolve("a/.git/config")))).isTrue();
        assertThat(harmless(Files.readString(folder.resolve("b/.git/config")))).isTrue();
    }

    @Test
    void whatStartsProgramsOrCannotBeReadIsNotHarmless() {
        for (String text :
                List.of(
                        "[alias]\nst = !evil",
                        "[core]\nhooksPath = x",
                        "[core]\nsshCommand = x",
                        "[filter \"x\"]\nclean = x",
                        "[diff \"x\"]\ntextconv = x",
                        "[include]\npath = x",
                        "[includeIf \"gitdir:x\"]\npath = x",
                        "[submodule \"x\"]\nupdate = !x",
                        "[remote \"x\"]\nurl = ext::sh -c x",
                        "[remote \"x\"]\nuploadpack = x",
                        "[credential]\nhelper = x",
                        "[gpg]\nprogram = x",
                        "[core\nbare = true",
                        "=x",
                        "[x \"y\nz\"]\n")) {
            assertThat(harmless(text)).as(text).isFalse();
        }
    }
}

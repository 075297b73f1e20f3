package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkdirCheckTest {
    @TempDir Path root;
    private Path home;
    private Path data;
    private Path project;

    @BeforeEach
    void makeFolders() throws IOException {
        home = Files.createDirectories(root.resolve("people/alice"));
        data = Files.createDirectories(home.resolve(".rein"));
        project = Files.createDirectories(home.resolve("project"));
    }

    private WorkdirCheck check(Path workdir) {
        return WorkdirCheck.of(workdir, data, home);
    }

    private void assertRefused(Path workdir, String why) {
        assertThat(check(workdir))
                .isInstanceOfSatisfying(
                        WorkdirCheck.Refused.class,
                        refused -> assertThat(refused.sentence()).contains(why));
    }

    @Test
    void aProjectInTheHomeIsUsable() throws IOException {
        assertThat(check(project)).isEqualTo(new WorkdirCheck.Usable(project.toRealPath()));
    }

    @Test
    void aLinkIsJudgedByWhereItLeads() throws IOException {
        Path toProject = Files.createSymbolicLink(root.resolve("a"), project);
        Path toHome = Files.createSymbolicLink(root.resolve("b"), home);
        assertThat(check(toProject)).isEqualTo(new WorkdirCheck.Usable(project.toRealPath()));
        assertRefused(toHome, "is or contains");
    }

    @Test
    void theDataFolderIsOutOfReachFromAboveAndBelow() throws IOException {
        Path below = Files.createDirectories(data.resolve("logs"));
        Path elsewhere = Files.createDirectories(root.resolve("var/rein"));
        assertRefused(data, "data folder");
        assertRefused(below, "lies in Rein's data folder");
        assertThat(WorkdirCheck.of(root.resolve("var"), elsewhere, home))
                .isInstanceOf(WorkdirCheck.Refused.class);
    }

    @Test
    void theHomeAndWhatHoldsItAreRefused() {
        Path away = root.resolve("not-yet-there");
        assertThat(WorkdirCheck.of(home, away, home)).isInstanceOf(WorkdirCheck.Refused.class);
        assertThat(WorkdirCheck.of(root, away, home)).isInstanceOf(WorkdirCheck.Refused.class);
    }

    @Test
    void theRootAndFoldersOfTheSystemAreRefused() {
        assertRefused(Path.of("/"), "/");
        assertRefused(Path.of("/etc"), "system");
        assertRefused(Path.of("/proc/self"), "system");
        assertRefused(Path.of("/tmp"), "");
    }

    @Test
    void whatIsNoFolderIsRefused() throws IOException {
        assertRefused(Files.createFile(project.resolve("f")), "not a folder");
        assertRefused(project.resolve("absent"), "does not exist");
    }
}

package rein.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What does not appear in the code, each with what to write instead. */
final class TidyTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int FILE_LINES_MAX = 500;

    /** Which code a ban is for. */
    private enum Where {
        MAIN,
        ANY;

        boolean holds(Path file) {
            return this == ANY || file.toString().contains("/src/main/");
        }
    }

    /** Where time and randomness of the real world enter. */
    private static final Set<String> WORLD = Set.of("Main.java", "World.java");

    private record Ban(String pattern, Where where, String instead) {}

    private static final List<Ban> BANS =
            List.of(
                    new Ban("Instant\\.now\\(", Where.MAIN, "an injected InstantSource"),
                    new Ban(
                            "System\\.currentTimeMillis\\(",
                            Where.MAIN,
                            "an injected InstantSource"),
                    new Ban("System\\.nanoTime\\(", Where.MAIN, "an injected Ticker"),
                    new Ban(
                            "new Random\\(\\)|ThreadLocalRandom|Math\\.random",
                            Where.ANY,
                            "an injected RandomGenerator"),
                    new Ban(
                            "Thread\\.sleep\\(",
                            Where.MAIN,
                            "a condition or a queue with a timeout"),
                    new Ban("\\bsynchronized\\b", Where.MAIN, "a ReentrantLock"),
                    new Ban("System\\.(out|err)\\b", Where.MAIN, "the command line's own writers"),
                    new Ban("\\bMockito\\b|\\bArchUnit\\b", Where.ANY, "a fake by hand"),
                    new Ban(
                            "@Disabled",
                            Where.ANY,
                            "an assumption that names the missing facility"),
                    new Ban(
                            "\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b",
                            Where.ANY,
                            "an issue, or the work itself"),
                    new Ban(
                            "assumeTrue\\([^,;]*\\);",
                            Where.ANY,
                            "assumeTrue(condition, \"missing facility: …\")"),
                    new Ban("printStackTrace\\(", Where.ANY, "a logger or a thrown exception"),
                    new Ban(
                            "\"/(wo" + "rk|fa" + "rm)/",
                            Where.ANY,
                            "a path relative to the project"));

    @Test
    void theCodeHoldsNothingThatIsBanned() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            List<String> lines = Files.readAllLines(file);
            for (Ban ban : BANS) {
                if (!ban.where().holds(file) || WORLD.contains(file.getFileName().toString())) {
                    continue;
                }
                Pattern pattern = Pattern.compile(ban.pattern());
                for (int i = 0; i < lines.size(); i++) {
                    if (pattern.matcher(lines.get(i)).find()
                            && !lines.get(i).strip().startsWith("*")) {
                        found.add(ROOT.relativize(file) + ":" + (i + 1) + " use " + ban.instead());
                    }
                }
            }
        }
        assertThat(found).filteredOn(line -> !line.contains("TidyTest.java")).isEmpty();
    }

    @Test
    void noFileIsTooLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            long lines = Files.readAllLines(file).size();
            if (lines > FILE_LINES_MAX) {
                tooLong.add(
                        ROOT.relativize(file) + " has " + lines + " lines: usually two concepts");
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Path file : sources()) {
            Path info = file.resolveSibling("package-info.java");
            if (Where.MAIN.holds(file) && !Files.exists(info)) {
                silent.add(ROOT.relativize(info).toString());
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void everyTopLevelClassIsUsedSomewhereElse() throws IOException {
        List<Path> sources = sources();
        List<String> texts = new ArrayList<>();
        for (Path source : sources) {
            texts.add(Files.readString(source));
        }
        List<String> dead = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            String name = sources.get(i).getFileName().toString().replace(".java", "");
            if (!Where.MAIN.holds(sources.get(i))
                    || name.equals("package-info")
                    || name.equals("Main")) {
                continue;
            }
            Pattern word = Pattern.compile("\\b" + name + "\\b");
            boolean used = false;
            for (int j = 0; j < sources.size() && !used; j++) {
                boolean elsewhere =
                        i != j
                                && Where.MAIN.holds(sources.get(j))
                                && !isPackageInfo(sources.get(j));
                used = elsewhere && word.matcher(texts.get(j)).find();
            }
            if (!used && !sources.get(i).toString().contains("/testkit/")) {
                dead.add(ROOT.relativize(sources.get(i)).toString());
            }
        }
        assertThat(dead).as("classes that no other class of the product mentions").isEmpty();
    }

    private static boolean isPackageInfo(Path file) {
        return file.getFileName().toString().equals("package-info.java");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }
}

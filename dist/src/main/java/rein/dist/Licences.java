package rein.dist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Copies the notices that the jars carry, and writes a table of what is under which licence. */
final class Licences {
    private static final Pattern NOTICE =
            Pattern.compile("META-INF/(.*/)?(LICENSE|NOTICE|COPYING)(\\.txt|\\.md)?");

    /** Licence texts have some ten kilobytes; what is longer is something else. */
    private static final int NOTICE_BYTES_MAX = 256 * 1024;

    private final Sbom sbom;

    Licences(Sbom sbom) {
        this.sbom = sbom;
    }

    void write(List<Path> jars, Path folder) throws IOException {
        for (Path jar : jars) {
            copyNotices(jar, folder);
        }
        List<String> lines = new ArrayList<>();
        lines.add("# Licences of what this archive holds");
        lines.add("");
        lines.add("Notices that a library carries are in the folder of its name; where it carries");
        lines.add("none, the licence's text is beside this file, or at spdx.org under its name.");
        lines.add("The Java runtime's notices are in runtime/legal.");
        lines.add("");
        lines.add("| what | version | licence | notices |");
        lines.add("|---|---|---|---|");
        for (Sbom.Component each : sbom.components()) {
            if (each.group().equals("rein")) {
                continue;
            }
            String own = each.name() + "-" + each.version();
            lines.add(
                    "| "
                            + String.join(
                                    " | ",
                                    each.name(),
                                    each.version(),
                                    each.licence(),
                                    Files.isDirectory(folder.resolve(own)) ? own + "/" : "")
                            + " |");
        }
        Files.writeString(folder.resolve("README.md"), String.join("\n", lines) + "\n");
    }

    private static void copyNotices(Path jar, Path folder) throws IOException {
        String name = String.valueOf(jar.getFileName()).replaceAll("\\.jar$", "");
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                Optional<String> file = fileName(entry);
                if (file.isPresent()) {
                    Path notice = folder.resolve(name).resolve(file.get());
                    Files.createDirectories(folder.resolve(name));
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.write(notice, in.readNBytes(NOTICE_BYTES_MAX));
                    }
                }
            }
        }
    }

    /** The path below META-INF as one name, so that no entry can point out of its folder. */
    private static Optional<String> fileName(ZipEntry entry) {
        return NOTICE.matcher(entry.getName()).matches()
                ? Optional.of(entry.getName().substring("META-INF/".length()).replace('/', '_'))
                : Optional.empty();
    }
}

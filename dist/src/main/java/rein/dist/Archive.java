package rein.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What goes where in the archive. The list of {@link #PROGRAMS} is what may be executed. */
record Archive(Path project, Path target, String version, Architecture architecture, Instant time) {
    private static final Set<String> PROGRAMS = Set.of("bin/rein", "install.sh", "uninstall.sh");

    String name() {
        return "rein-" + version + "-" + architecture.label();
    }

    /**
     * Lays the folder and packs it.
     *
     * @param jars the product and its libraries
     * @param sbom CycloneDX, as the build wrote it for the jars
     * @return the archive
     */
    Path make(List<Path> jars, Path sbom) throws IOException {
        if (jars.stream().noneMatch(jar -> nameOf(jar).startsWith(architecture.postgres()))) {
            throw new IllegalStateException(
                    "PostgreSQL's programs for " + architecture.label() + " are not there.");
        }
        RuntimeImage runtime = RuntimeImage.link(jars, target.resolve("runtime"));
        Path folder = target.resolve(name());
        Tree.delete(folder);
        Tree.copy(project.resolve("dist/src/files"), folder);
        Tree.copy(runtime.folder(), folder.resolve("runtime"));
        copy(project.resolve("rein"), folder.resolve("bin/rein"));
        copy(project.resolve(".mvn/proxy.sh"), folder.resolve("lib/proxy.sh"));
        copy(project.resolve("docs/reference/rein.yaml"), folder.resolve("rein.yaml"));
        copy(project.resolve("docs/operate/install.md"), folder.resolve("README.md"));
        copy(project.resolve("docs/operate/apparmor-rein"), folder.resolve("apparmor-rein"));
        copy(project.resolve("LIMITS.md"), folder.resolve("LIMITS.md"));
        for (Path jar : jars) {
            copy(jar, folder.resolve("lib").resolve(nameOf(jar)));
        }
        Sbom whole = Sbom.read(sbom).with(Parts.java()).with(Parts.postgres());
        whole.write(folder.resolve("sbom.cdx.json"));
        new Licences(whole).write(jars, folder.resolve("licences"));
        Files.writeString(
                folder.resolve("release"),
                "rein " + version + " " + architecture.label() + "\n",
                StandardCharsets.US_ASCII);
        for (String program : PROGRAMS) {
            Files.setPosixFilePermissions(
                    folder.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path file = target.resolve(name() + ".tar.gz");
        Tarball.write(folder, file, time);
        return file;
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static void copy(Path from, Path to) throws IOException {
        Path parent = to.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.copy(from, to);
    }
}

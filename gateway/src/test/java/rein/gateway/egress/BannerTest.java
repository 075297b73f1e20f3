package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BannerTest {
    private static Optional<Protocol> read(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return Banner.read(bytes, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSH-2.0-OpenSSH_9.2p1 Debian-2|SSH",
                "220 mx.example.com ESMTP Postfix (Debian/GNU)|SMTP",
                "220-mail.example.com ESMTP Exim 4.96|SMTP",
                "220 mx.example.net SMTP|SMTP",
                "220 ftp.example.com ESMTP ready|SMTP",
                "554 mx.example.com SMTP not now|SMTP",
                "220 (vsFTPd 3.0.3)|FTP",
                "220 ProFTPD Server (Debian) [::ffff:192.0.2.1]|FTP",
                "220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------|FTP",
                "220 smtp.example.com Microsoft FTP Service|FTP",
                "+OK Dovecot ready.|POP3",
                "* OK [CAPABILITY IMAP4rev1] Dovecot ready.|IMAP",
                "* PREAUTH ready|IMAP",
                "RFB 003.008|VNC",
                "220 mail.example.com ready|UNKNOWN",
                "220 smtp.example.com ready|UNKNOWN",
                "421 too many connections|UNKNOWN",
                "250 esmtp.example.com ESMTP|UNKNOWN",
                "HTTP/1.1 400 Bad Request|UNKNOWN",
                "-ERR not now|UNKNOWN",
                "hello|UNKNOWN"
            })
    void tellsWhatItIs(String greeting, Protocol protocol) {
        assertThat(read(greeting + "\r\n")).contains(protocol);
    }

    @Test
    void mysqlByItsPacket() {
        String handshake = "J\0\0\0\n8.0.36\0........";
        assertThat(read(handshake)).contains(Protocol.MYSQL);
        assertThat(read("Y\0\0\0\n5.5.5-10.11.6-MariaDB\0")).contains(Protocol.MYSQL);
        assertThat(read("E\0\0\0\u00ff\151\4Host is blocked")).contains(Protocol.MYSQL);
        assertThat(read("E\0\0\0\u00ff\1\0something else")).contains(Protocol.UNKNOWN);
        assertThat(read("J\0\0\1\n8.0.36\0")).contains(Protocol.UNKNOWN);
        assertThat(read("J\0\0\0\n\0\0")).contains(Protocol.UNKNOWN);
    }

    @Test
    void aGreetingOfSeveralLinesIsReadToItsEnd() {
        assertThat(read("220-Welcome to example\r\n")).isEmpty();
        assertThat(read("220-Welcome to example\r\n220 FTP server ready\r\n"))
                .contains(Protocol.FTP);
        assertThat(read("220-Welcome\r\n220 ready\r\n")).contains(Protocol.UNKNOWN);
        assertThat(read("220-" + "x".repeat(Limits.BANNER_BYTES_MAX))).contains(Protocol.UNKNOWN);
    }

    /** The answer to a prefix is the answer to the whole. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n",
                "220 mx.example.com ESMTP Postfix\r\n250 SSH-\r\n",
                "220-Welcome\r\n220 FTP ready\r\n",
                "220-Welcome\r\n220 ready ESMTP \r\n",
                "+OK ready\r\n",
                "* OK ready\r\n",
                "RFB 003.008\n",
                "J\0\0\0\n8.0.36\0....",
                "* XX\r\n",
                "S\0\0\0\n9.",
                "\0\1\2\3\4\5"
            })
    void howItWasSplitDoesNotMatter(String greeting) {
        Optional<Protocol> told = Optional.empty();
        for (int length = 0; length <= greeting.length(); length++) {
            Optional<Protocol> now = read(greeting.substring(0, length));
            if (told.isPresent()) {
                assertThat(now).as("%s bytes of %s", length, greeting).isEqualTo(told);
            }
            told = now;
        }
        assertThat(told).isPresent();
    }
}

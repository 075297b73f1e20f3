package rein.gateway.egress;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import rein.gateway.DenialText;
import rein.vocabulary.Decision;

/** Writes heads, and the answers that the door gives itself. */
final class HttpAnswer {
    /** The one field of ours: the code of the reason, for programs. Never taken from upstream. */
    static final String REASON_FIELD = "Rein-Reason";

    private HttpAnswer() {}

    /** 403 with the reason in words (RFC 9110 §15.5.4). */
    static ByteBuffer denial(Clearance.Refused refused, boolean close) {
        Decision why = refused.decision();
        return whole(
                "403 Forbidden",
                DenialText.code(why),
                DenialText.page(why, refused.record(), refused.lift()),
                close);
    }

    /** An answer with a text body. */
    static ByteBuffer whole(String status, String code, String body, boolean close) {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.length
                        + "\r\n"
                        + REASON_FIELD
                        + ": "
                        + code
                        + (close ? "\r\nConnection: close" : "")
                        + "\r\n\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(bytes.length + text.length).put(bytes).put(text).flip();
    }

    /** A first line, the given fields, and lines of our own. */
    static ByteBuffer head(String first, List<HttpField> fields, List<String> lines) {
        StringBuilder head = new StringBuilder(first).append("\r\n");
        for (HttpField field : fields) {
            head.append(field.getName()).append(": ");
            String value = field.getValue();
            head.append(value == null ? "" : value).append("\r\n");
        }
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return ByteBuffer.wrap(
                head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}

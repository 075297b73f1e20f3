package rein.gateway.egress;

import rein.gateway.GatewayException;

/** How the body of a message is framed (RFC 9112 §6.3); anything ambiguous is refused. */
sealed interface HttpBody {
    record None() implements HttpBody {}

    record Sized(long bytes) implements HttpBody {}

    record Chunked() implements HttpBody {}

    /** Only in a response. */
    record UntilClose() implements HttpBody {}

    static HttpBody of(HttpHead.OfRequest head) throws GatewayException {
        HttpBody framed = framed(head, GatewayException.Code.BAD_REQUEST);
        return framed instanceof UntilClose ? new None() : framed;
    }

    static HttpBody of(HttpHead.OfResponse head, boolean toHead) throws GatewayException {
        HttpBody framed = framed(head, GatewayException.Code.BAD_RESPONSE);
        boolean none =
                toHead || head.status() < 200 || head.status() == 204 || head.status() == 304;
        return none ? new None() : framed;
    }

    private static HttpBody framed(HttpHead head, GatewayException.Code code)
            throws GatewayException {
        long lengths = head.count("Content-Length");
        long codings = head.count("Transfer-Encoding");
        if (codings > 0) {
            String coding = head.value("Transfer-Encoding").orElse("").trim();
            if (lengths > 0 || codings > 1 || !coding.equalsIgnoreCase("chunked")) {
                throw new GatewayException(code, "its framing is ambiguous");
            }
            if (head.version().getVersion() < 11) {
                throw new GatewayException(code, "HTTP/1.0 has no Transfer-Encoding");
            }
            return new Chunked();
        }
        if (lengths == 0) {
            return new UntilClose();
        }
        String length = head.value("Content-Length").orElse("");
        boolean digits =
                !length.isEmpty()
                        && length.length() <= 18
                        && length.chars().allMatch(c -> c >= '0' && c <= '9');
        if (lengths > 1 || !digits) {
            throw new GatewayException(code, "its Content-Length is not one number");
        }
        return new Sized(Long.parseLong(length));
    }
}

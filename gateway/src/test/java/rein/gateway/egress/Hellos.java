package rein.gateway.egress;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** Real ClientHellos, made by the JDK's own TLS client. */
final class Hellos {
    private Hellos() {}

    static byte[] naming(String name) {
        return hello(List.of(name));
    }

    static byte[] unnamed() {
        return hello(List.of());
    }

    private static byte[] hello(List<String> names) {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(
                    names.stream().<javax.net.ssl.SNIServerName>map(SNIHostName::new).toList());
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            engine.setSSLParameters(parameters);
            engine.beginHandshake();
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            byte[] bytes = new byte[out.flip().remaining()];
            out.get(bytes);
            return bytes;
        } catch (NoSuchAlgorithmException | SSLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}

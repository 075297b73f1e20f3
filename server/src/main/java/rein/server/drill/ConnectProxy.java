package rein.server.drill;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The company's forward proxy in the lab: CONNECT to the lab's own names, nothing checked. The
 * control goes through it.
 */
final class ConnectProxy {
    private static final int HEAD_BYTES_MAX = 2_048;
    private static final Map<String, String> NAMES = Map.of("forge.drill.test", Outside.ATTACKER);
    private final Lab lab;

    ConnectProxy(Lab lab) {
        this.lab = lab;
    }

    void serve(Socket client) throws IOException {
        String head = head(client.getInputStream());
        String[] words = head.split(" ", 3);
        String[] target = words.length > 1 ? words[1].split(":", 2) : new String[0];
        if (!words[0].equals("CONNECT") || target.length != 2 || !target[1].matches("[0-9]{1,5}")) {
            client.getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return;
        }
        String host = NAMES.getOrDefault(target[0], target[0]);
        try (Socket upstream = lab.dialOutside(host, Integer.parseInt(target[1]))) {
            client.getOutputStream()
                    .write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread back = Thread.ofVirtual().start(() -> copy(upstream, client));
            copy(client, upstream);
            upstream.shutdownOutput();
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int c = in.read();
            if (c < 0 || head.length() > HEAD_BYTES_MAX) {
                throw new IOException("no request");
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream()) {
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // One side hung up.
            return;
        }
    }
}

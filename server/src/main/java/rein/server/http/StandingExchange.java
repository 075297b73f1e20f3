package rein.server.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** An exchange whose stream ends, at its next write, when the caller may no longer read it. */
final class StandingExchange implements Exchange {
    private final Exchange exchange;
    private final BooleanSupplier permitted;

    StandingExchange(Exchange exchange, BooleanSupplier permitted) {
        this.exchange = exchange;
        this.permitted = permitted;
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        return new FilterOutputStream(exchange.stream(status, contentType)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (!permitted.getAsBoolean()) {
                    throw new IOException("the caller may no longer read this");
                }
                out.write(bytes, offset, length);
            }
        };
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String path() {
        return exchange.path();
    }

    @Override
    public Optional<String> query(String name) {
        return exchange.query(name);
    }

    @Override
    public Optional<String> header(String name) {
        return exchange.header(name);
    }

    @Override
    public void answerHeader(String name, String value) {
        exchange.answerHeader(name, value);
    }

    @Override
    public Optional<LocalPeer> peer() {
        return exchange.peer();
    }

    @Override
    public byte[] body(int bytesMax) throws IOException {
        return exchange.body(bytesMax);
    }

    @Override
    public void respond(int status, String contentType, byte[] body) throws IOException {
        exchange.respond(status, contentType, body);
    }
}

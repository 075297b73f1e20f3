package rein.server.console;

import java.io.IOException;
import rein.server.http.Api;
import rein.server.http.Exchange;
import rein.server.http.HttpDoor;

/** One address for both: {@code /v1/…} is the management API's, everything else the console's. */
public final class ConsoleDoor implements HttpDoor.Answering {
    private final Api api;
    private final ConsoleFiles files;

    public ConsoleDoor(Api api, ConsoleFiles files) {
        this.api = api;
        this.files = files;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        if (exchange.path().equals("/v1") || exchange.path().startsWith("/v1/")) {
            api.answer(exchange);
        } else {
            files.answer(exchange);
        }
    }
}

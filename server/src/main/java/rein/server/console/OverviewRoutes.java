package rein.server.console;

import java.time.InstantSource;
import java.util.List;
import rein.audit.AuditLog;
import rein.server.api.RatesView;
import rein.server.http.Api;
import rein.server.http.NoBody;
import rein.server.http.Route;
import rein.vocabulary.Action;

/** {@code /v1/rates}: what the overview shows beside status, incidents, runs and stops. */
public final class OverviewRoutes {
    private final Rates rates;

    public OverviewRoutes(List<AuditLog> logs, InstantSource clock) {
        this.rates = new Rates(logs, clock);
    }

    public void addTo(Api api) {
        api.add(
                new Route<>(
                        "GET",
                        "/v1/rates",
                        "Decisions per minute of the last hour, and what was not observed in it",
                        Action.AUDIT_READ,
                        NoBody.class,
                        RatesView.class,
                        (_, _) -> Route.On.fleet(),
                        (_, _) -> rates.now()));
    }
}

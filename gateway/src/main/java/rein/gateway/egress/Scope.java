package rein.gateway.egress;

import rein.gateway.RunLedger;
import rein.vocabulary.Ticker;

/** What every connection of one run works with. */
record Scope(Gate gate, RunLedger ledger, SyntheticNames names, Parts parts) {
    Ticker ticker() {
        return parts.ticker();
    }
}

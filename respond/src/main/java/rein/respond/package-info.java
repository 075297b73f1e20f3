/**
 * What do we do? Findings become incidents, stop orders take effect, receipts say what they cut.
 *
 * <p>Reading order: {@link rein.respond.Stops} (the off-switch), {@link rein.respond.StopJournal}
 * (orders on disk before they take effect, also on a full one), {@link rein.respond.Standing} (what
 * is in force, asked before any new run), {@link rein.respond.Enforcers} (every enforcement point,
 * at once, with a bounded wait), {@link rein.respond.ReceiptJson}, {@link
 * rein.respond.ReceiptSigner} and {@link rein.respond.ReceiptVerifier}; {@link
 * rein.respond.LateRecords} (what the log would not take in time); {@link rein.respond.Responder}
 * and {@link rein.respond.Incidents} (from a finding to one story); {@link rein.respond.Lease} and
 * {@link rein.respond.LeaseKeeper} (runs stop when nobody renews them); {@link
 * rein.respond.Approvals} (what people allow after a denial), {@link rein.respond.Grant}, {@link
 * rein.respond.Terms}, {@link rein.respond.Approver}, {@link rein.respond.GrantHistory} (read again
 * from the log at a start).
 */
@NullMarked
package rein.respond;

import org.jspecify.annotations.NullMarked;

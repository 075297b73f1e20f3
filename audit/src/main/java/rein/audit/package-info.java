/**
 * Can we prove it? append, checkpoint, verify.
 *
 * <p>In reading order: {@link rein.audit.AuditLog} is the log; {@link rein.audit.RecordJson} the
 * form of a record; {@code Intake} → {@code Writer} → {@code PendingLog} ({@code Frame}) the way of
 * a record to the disk, with {@code Reserve} for a full one and {@code RunSequences} for its number
 * in its run; {@code Sealer} → {@code StoredTree} → {@code Frontier} ({@code TreeHash}, {@code
 * TilePath}) → {@link rein.audit.Checkpoint} ({@link rein.audit.LogKey}) the way into the tree;
 * {@link rein.audit.Subscription} and {@link rein.audit.LogReader} give records back, {@link
 * rein.audit.Proofs} proves them; {@link rein.audit.ContentStore} ({@code OwnerKeys}, {@code
 * ContentSegment}, {@code Aes}) keeps what is free text; {@link rein.audit.LogFiles} is the disk
 * under all of it. {@code rein.audit.verify} shares none of this.
 */
@NullMarked
package rein.audit;

import org.jspecify.annotations.NullMarked;

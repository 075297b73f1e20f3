/**
 * Checks a log as somebody would who does not trust the one who wrote it. It shares no code with
 * {@code rein.audit}, which a test on its class files holds, so that one mistake cannot hide
 * another; it knows the standards (RFC 9162, C2SP tlog-tiles, tlog-checkpoint, signed-note) and
 * what a record must look like.
 *
 * <p>In reading order: {@link rein.audit.verify.LogVerifier} takes a folder and a {@link
 * rein.audit.verify.Trust} and returns a {@link rein.audit.verify.Verification} with its {@link
 * rein.audit.verify.Failure}s; {@link rein.audit.verify.ProofCheck} checks single proofs. Below:
 * {@code SignedNote} and {@link rein.audit.verify.VerifierKey}, {@code GrowingTree}, {@code
 * TileFiles}, {@code PendingTail}, {@code RecordShape}, {@code RunContinuity}, {@code Disclosure}.
 */
@NullMarked
package rein.audit.verify;

import org.jspecify.annotations.NullMarked;

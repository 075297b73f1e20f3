/**
 * What does it mean? Records go in, findings come out.
 *
 * <p>Reading order: {@link rein.detect.Observation} (a record as detectors read it), {@link
 * rein.detect.Detector} and {@link rein.detect.Step} (a pure function with bounded state), {@link
 * rein.detect.Match} (a rule that matched), {@link rein.detect.Window} (what is remembered, and for
 * how long), {@link rein.detect.Detectors} (all of them, as a table of contents), then one file per
 * detector, then {@link rein.detect.RunDetection} (the only thing that changes: it keeps the state
 * of every run and turns matches into findings). {@link rein.detect.Argv}, {@link
 * rein.detect.SshCommand} and {@link rein.detect.TunnelUse} read command lines.
 *
 * <p>Only five rules suspend a run by themselves: {@code ssh-tunnel-attempt}, {@code
 * tunnel-tool-attempt}, {@code stratum}, {@code three-routes} and {@code supervisor-tampering}; all
 * of them rest on what a door saw. Commands alone are evidence, never enough: an interpreter can do
 * all that a known tool does, and a known tool can be run for its version number.
 */
@NullMarked
package rein.detect;

import org.jspecify.annotations.NullMarked;

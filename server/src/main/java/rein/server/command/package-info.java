/**
 * The command line. Reading order: {@link rein.server.command.ReinCommand} (the list of commands),
 * {@link rein.server.command.ControlPlaneClient} (how a command reaches the control plane), then
 * one file a command.
 */
@NullMarked
package rein.server.command;

import org.jspecify.annotations.NullMarked;

/**
 * The node: one per host. {@link rein.server.node.Node} prepares runs and sees them end, {@link
 * rein.server.node.LiveRun} is a run as the doors ask it, {@link rein.server.node.RunEnvironment}
 * what the command finds in its environment, {@link rein.server.node.RunEnding} what is measured
 * and said at its end, {@link rein.server.node.HostGroups} what this host's own settings name.
 */
@NullMarked
package rein.server.node;

import org.jspecify.annotations.NullMarked;

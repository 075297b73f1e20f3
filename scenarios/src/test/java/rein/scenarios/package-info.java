/**
 * End to end: the real launcher, a real node, real clients. Read {@link rein.scenarios.Binary} (the
 * command as a person types it), {@link rein.scenarios.Running} (a node in a folder of its own) and
 * {@link rein.scenarios.Contained} (a run in the background) first; each test then tells one story.
 */
@NullMarked
package rein.scenarios;

import org.jspecify.annotations.NullMarked;

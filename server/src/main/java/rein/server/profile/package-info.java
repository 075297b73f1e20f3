/**
 * What an agent's command line needs of its user's home: profiles as data files, and what of the
 * caller's home, environment and programs a run is given because of one. Runs in the caller's own
 * process, where that home is.
 */
@NullMarked
package rein.server.profile;

import org.jspecify.annotations.NullMarked;

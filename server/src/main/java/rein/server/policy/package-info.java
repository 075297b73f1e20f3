/**
 * The life of policy sets (ADR 0040) and their explanation (ADR 0041): versions, states, two
 * people, and what recorded decisions say of a change. Reads records and content for the pure
 * functions of {@code rein.policy.review}.
 */
@NullMarked
package rein.server.policy;

import org.jspecify.annotations.NullMarked;

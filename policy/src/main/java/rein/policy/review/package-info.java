/**
 * What policies would do, and why they did: pure functions over recorded requests. No I/O, no
 * clock; whoever calls reads the records.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>what is decided again: {@link rein.policy.review.Recorded}, with which texts: {@link
 *       rein.policy.review.TextSet};
 *   <li>what a change would do: {@link rein.policy.review.Replay}, {@link
 *       rein.policy.review.SetDiff};
 *   <li>why a decision is what it is, and what would alter it: {@link rein.policy.review.Why},
 *       {@link rein.policy.review.SmallestChange};
 *   <li>cases that have to hold: {@link rein.policy.review.PolicyCase};
 *   <li>from what a run did to what it needs: {@link rein.policy.review.Suggestion};
 *   <li>who can reach what: {@link rein.policy.review.Reach}.
 * </ul>
 */
@NullMarked
package rein.policy.review;

import org.jspecify.annotations.NullMarked;

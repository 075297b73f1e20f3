/**
 * The nouns that every stage shares: records, closed unions, and the three one-method seams between
 * stages ({@link rein.vocabulary.Recorder}, {@link rein.vocabulary.Enforcer}, {@link
 * rein.vocabulary.Ticker}). Knows nothing but the JDK.
 */
@NullMarked
package rein.vocabulary;

import org.jspecify.annotations.NullMarked;

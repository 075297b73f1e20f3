/** Simulated time and a recorder with faults, for the tests of every stage. */
@NullMarked
package rein.testkit;

import org.jspecify.annotations.NullMarked;

/** The rules of the house, as tests: who may know whom, and what does not appear in the code. */
@NullMarked
package rein.house;

import org.jspecify.annotations.NullMarked;

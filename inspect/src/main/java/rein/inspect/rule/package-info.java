/** What is looked for, as data: rules, how they are written, and what checks a candidate. */
@NullMarked
package rein.inspect.rule;

import org.jspecify.annotations.NullMarked;

/** The same text as it would be read: escapes, encodings and invisible characters undone. */
@NullMarked
package rein.inspect.view;

import org.jspecify.annotations.NullMarked;

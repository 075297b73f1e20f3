/** Where it runs: namespaces, cgroups, seccomp, exec observation, kill. */
@NullMarked
package rein.sandbox;

import org.jspecify.annotations.NullMarked;

/**
 * Hostile policy texts: {@code MutationTest} in every build, {@code ParserFuzzTest} by hand and
 * nightly ({@code JAZZER_FUZZ=1 ./mvnw -pl policy -am -Dgroups=fuzz -DexcludedGroups= test}).
 */
@NullMarked
package rein.policy.fuzz;

import org.jspecify.annotations.NullMarked;

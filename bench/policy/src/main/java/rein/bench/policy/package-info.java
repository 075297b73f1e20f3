/**
 * How fast policies are decided on, beside Cedar's own implementation in the same run. In reading
 * order: {@link rein.bench.policy.Main} prints the table; {@link rein.bench.policy.Workload} is what
 * is asked; {@link rein.bench.policy.Deciding}, {@link rein.bench.policy.Rival} and {@link
 * rein.bench.policy.Compiling} are what is measured, with {@link rein.bench.policy.Cpu}.
 */
@NullMarked
package rein.bench.policy;

import org.jspecify.annotations.NullMarked;

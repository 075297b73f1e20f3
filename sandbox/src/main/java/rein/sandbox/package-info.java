/**
 * Where it runs: namespaces, cgroups, seccomp, exec observation, kill.
 *
 * <p>In reading order: {@link rein.sandbox.SandboxHost} prepares a {@link rein.sandbox.Sandbox}
 * from a {@link rein.sandbox.SandboxSpec}; its {@link rein.sandbox.LaunchPlan} is carried out by
 * {@link rein.sandbox.Launch} in the caller's own process. What the run can see is in {@code
 * RootView}, what it can call in {@code Seccomp}, whom it can reach in {@link
 * rein.sandbox.RunNetwork}, how it is held and ended in {@code Cgroup}, {@code RunWatch} and {@code
 * Watcher}, what it starts in {@code ExecObserver}. {@link rein.sandbox.SelfTest} tries whether all
 * of that holds. {@link rein.sandbox.Linux} is the one place that calls the kernel.
 */
@NullMarked
package rein.sandbox;

import org.jspecify.annotations.NullMarked;

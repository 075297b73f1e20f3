/**
 * Who exists, who owns it, what it is for; and the database that remembers it.
 *
 * <p>In reading order: {@link rein.registry.Registry} with its {@link rein.registry.Blueprints},
 * {@link rein.registry.Persons}, {@link rein.registry.Agents} ({@link rein.registry.Registration},
 * {@link rein.registry.Transition}) and {@link rein.registry.Runs}; what they share: {@link
 * rein.registry.Page}, {@link rein.registry.RegistryException}, {@link rein.registry.Sql}, {@link
 * rein.registry.AgentMemory}, {@link rein.registry.RunMemory}. Below them {@link
 * rein.registry.Database} at a {@link rein.registry.DatabaseAddress}. At the bottom the {@link
 * rein.registry.EmbeddedPostgres} in its {@link rein.registry.DataFolder}: {@link
 * rein.registry.PostgresFolder}, {@link rein.registry.PostgresAccount}, {@link
 * rein.registry.PostgresBinaries}, {@link rein.registry.PostgresOrphan}, {@link
 * rein.registry.PostgresCluster}, {@link rein.registry.Postmaster}.
 */
@NullMarked
package rein.registry;

import org.jspecify.annotations.NullMarked;

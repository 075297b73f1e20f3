/**
 * Makes the archive that runs without a JDK, Maven or network. Reading order: {@link
 * rein.dist.Main}, {@link rein.dist.Archive} (what goes where), {@link rein.dist.RuntimeImage},
 * {@link rein.dist.Licences}, {@link rein.dist.Sbom}, {@link rein.dist.Tarball}. Runs at build
 * time; nothing of it is in the archive.
 */
@NullMarked
package rein.dist;

import org.jspecify.annotations.NullMarked;

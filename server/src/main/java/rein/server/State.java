package rein.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.List;
import rein.identity.IdentityException;
import rein.identity.Installation;
import rein.identity.InstallationFile;
import rein.identity.JdbcTokenStore;
import rein.identity.Tokens;
import rein.policy.Packs;
import rein.registry.DataFolder;
import rein.registry.Database;
import rein.registry.DatabaseAddress;
import rein.registry.EmbeddedPostgres;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.vocabulary.Tenant;

/**
 * The data folder, who this installation is, and what lies in PostgreSQL: the registry and tokens.
 */
record State(DataFolder folder, Installation installation, Registry registry, Tokens tokens) {
    Tenant tenant() {
        return installation.tenant();
    }

    String node() {
        return installation.node();
    }

    static State open(Configuration configuration, World world, Resources resources)
            throws RegistryException, IdentityException, IOException {
        DataFolder folder = resources.own(DataFolder.open(configuration.dataFolder()));
        Installation installation =
                InstallationFile.openOrCreate(
                        folder.path(),
                        configuration.trustDomain().map(Tenant::new),
                        hostName(),
                        world.clock(),
                        world.random());
        Tenant tenant = installation.tenant();
        DatabaseAddress address =
                configuration.databaseUrl().isPresent()
                        ? external(configuration, configuration.databaseUrl().get())
                        : resources.own(EmbeddedPostgres.start(folder, world.random())).address();
        Database database =
                resources.own(
                        Database.open(
                                address,
                                List.of(Database.REGISTRY_MIGRATIONS, JdbcTokenStore.MIGRATIONS)));
        Registry registry =
                Registry.open(
                        tenant,
                        database.dataSource(),
                        world.clock(),
                        world.ticker(),
                        world.random());
        registry.blueprints().ensureDefaults(Packs.names());
        Tokens tokens =
                Tokens.open(
                        new JdbcTokenStore(tenant, database.dataSource()),
                        world.clock(),
                        world.random());
        return new State(folder, installation, registry, tokens);
    }

    private static DatabaseAddress external(Configuration configuration, String url)
            throws IOException {
        String password =
                configuration.databasePasswordFile().isPresent()
                        ? Files.readString(configuration.databasePasswordFile().get()).strip()
                        : "";
        try {
            return DatabaseAddress.external(url, configuration.databaseUser(), password);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("database-url: " + e.getMessage());
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "node";
        }
    }
}

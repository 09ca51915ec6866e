import type { Construct } from 'constructs';
import { Duration } from '../duration';
import { Health } from '../health';
import { Image } from '../image';
import { SecretValue } from '../secret-value';
import { addressOf, type Built, urlQuery } from './built';
import { Connection } from './connection';
import { checkForm, type Either, type ExternalOptions, givenSecret } from './external';
import type { DatabaseOptions } from './mysql';
import { template } from './parts';
import { runServer, type ServerParts, type StatefulOptions, stopWithin } from './server';

/** Image: postgres:16.10. */
export type PostgresqlOptions = Either<DatabaseOptions & StatefulOptions, DatabaseOptions & ExternalOptions>;

const IMAGE = 'postgres:16.10';

export function buildPostgresql(self: Construct, options: PostgresqlOptions): Built {
  const { id } = self.node;
  const what = `BackingService.postgresql "${id}"`;
  checkForm(what, options);
  const { external, user = 'app', database = 'app', parameters = {} } = options;
  const address = addressOf(self, what, options, { knownPort: 5432 });
  const password = external === undefined ? SecretValue.generated() : givenSecret(id, 'password', options.password);
  const connection = Connection.keep(self, {
    host: address.host, port: String(address.port), user, password, name: database,
    url: template(`postgresql://{user}:{password}@{host}:{port}/{name}${urlQuery({ ...(options.tls && { sslmode: 'require' }), ...parameters })}`),
  });
  const server = external === undefined ? runServer(self, 'postgresql', postgresqlServer(options, connection)) : undefined;
  return { type: 'postgresql', connection, address, knownPort: 5432, server, dump: postgresqlDump(options, connection) };
}

function postgresqlServer({ image, storage, resources }: StatefulOptions, connection: Connection): ServerParts {
  return {
    image: image ?? Image.reference(IMAGE),
    ports: [{ name: 'service', port: 5432 }],
    dataFolder: '/var/lib/postgresql/data',
    storage, resources,
    env: [
      connection.variable('POSTGRES_DB', 'name'),
      connection.variable('POSTGRES_USER', 'user'),
      connection.variable('POSTGRES_PASSWORD', 'password'),
      // Below the volume's own folder, which has a lost+found on some disks: the server wants an empty one.
      { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
    ],
    // Over TCP: the server that initializes the data folder listens on its socket only.
    health: Health.command(['sh', '-c', 'exec pg_isready --quiet --host=127.0.0.1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB"'], {
      interval: Duration.seconds(10), timeout: Duration.seconds(5), startup: Duration.minutes(5),
    }),
    // SIGINT ends the connections and writes everything to disk; SIGTERM would wait for clients that keep theirs, and be killed.
    shutdown: stopWithin(120, 'kill -INT 1'),
    restricted: { user: 999, writable: ['/var/run/postgresql', '/tmp'] },
  };
}

/** In PostgreSQL's own format, as its own user. What it holds replaces the objects of the same names, all or nothing. */
function postgresqlDump({ image, external, tls }: Partial<StatefulOptions & ExternalOptions>, connection: Connection): Built['dump'] {
  return {
    image: (external === undefined ? image : undefined) ?? Image.reference(IMAGE),
    extension: 'dump',
    env: [
      connection.variable('PGHOST', 'host'), connection.variable('PGPORT', 'port'), connection.variable('PGUSER', 'user'),
      connection.variable('PGDATABASE', 'name'), connection.variable('PGPASSWORD', 'password'), ...(tls ? [{ name: 'PGSSLMODE', value: 'require' }] : []),
    ],
    dump: ['pg_dump --format=custom --file="$BACKUP_FILE"'],
    restore: ['pg_restore --clean --if-exists --no-owner --single-transaction --dbname="$PGDATABASE" "$BACKUP_FILE"'],
  };
}

import type { Construct } from 'constructs';
import { Duration } from '../duration';
import { Health } from '../health';
import { Image } from '../image';
import { SecretValue } from '../secret-value';
import type { BackupOptions } from './backup/backup-options';
import { addressOf, type AttachOptions, type Built, urlQuery, type UrlOptions } from './built';
import { Connection } from './connection';
import { checkForm, type Either, type ExternalOptions, givenSecret } from './external';
import { template } from './parts';
import { runServer, type ServerParts, type StatefulOptions, stopWithin } from './server';

export type DatabasePart = 'host' | 'port' | 'user' | 'password' | 'name' | 'url';

/** What a relational database takes, wherever it runs. */
export interface DatabaseOptions extends AttachOptions<DatabasePart>, UrlOptions {
  /** Name of the database. @default app */
  readonly database?: string;
  /** Name of its user, who owns it. @default app */
  readonly user?: string;
  /** Dumps it regularly. @default never */
  readonly backup?: BackupOptions;
}

/** Image: mariadb:10.11 or mysql:8.0. */
export type MysqlOptions = Either<DatabaseOptions & StatefulOptions, DatabaseOptions & ExternalOptions>;

const FLAVORS = {
  mariadb: { image: 'mariadb:10.11', prefix: 'MARIADB', client: 'mariadb', dump: 'mariadb-dump' },
  mysql: { image: 'mysql:8.0', prefix: 'MYSQL', client: 'mysql', dump: 'mysqldump' },
} as const;
type Flavor = keyof typeof FLAVORS;

export function buildMysql(self: Construct, flavor: Flavor, options: MysqlOptions): Built {
  const { id } = self.node;
  const what = `BackingService.${flavor} "${id}"`;
  checkForm(what, options);
  const { external, user = 'app', database = 'app', parameters = {} } = options;
  const address = addressOf(self, what, options, { knownPort: 3306 });
  const password = external === undefined ? SecretValue.generated() : givenSecret(id, 'password', options.password);
  const connection = Connection.keep(self, {
    host: address.host, port: String(address.port), user, password, name: database,
    url: template(`mysql://{user}:{password}@{host}:{port}/{name}${urlQuery({ ...(options.tls && { 'ssl-mode': 'REQUIRED' }), ...parameters })}`),
  }, external === undefined ? { 'root-password': SecretValue.generated() } : {});
  const server = external === undefined ? runServer(self, flavor, mysqlServer(flavor, options, connection)) : undefined;
  return { type: flavor, connection, address, knownPort: 3306, server, dump: mysqlDump(flavor, options, connection) };
}

/** The public images' conventions. The check logs in over TCP as the application does: the server that initializes the data folder listens on its socket only. */
function mysqlServer(flavor: Flavor, { image, storage, resources }: StatefulOptions, connection: Connection): ServerParts {
  const { image: defaultImage, prefix, client } = FLAVORS[flavor];
  return {
    image: image ?? Image.reference(defaultImage),
    ports: [{ name: 'service', port: 3306 }],
    dataFolder: '/var/lib/mysql',
    storage, resources,
    env: [
      connection.variable(`${prefix}_DATABASE`, 'name'),
      connection.variable(`${prefix}_USER`, 'user'),
      connection.variable(`${prefix}_PASSWORD`, 'password'),
      connection.variable(`${prefix}_ROOT_PASSWORD`, 'root-password'),
    ],
    health: Health.command(['sh', '-c', `MYSQL_PWD="$${prefix}_PASSWORD" exec ${client} --host=127.0.0.1 --protocol=tcp --user="$${prefix}_USER" -e 'SELECT 1'`], {
      interval: Duration.seconds(10), timeout: Duration.seconds(5), startup: Duration.minutes(5),
    }),
    // InnoDB writes its changed pages on SIGTERM.
    shutdown: stopWithin(120),
    memory: { 'standard': '256Mi', 'restricted': '256Mi', 'small-host': '128Mi' },
    restricted: { user: 999, writable: ['/run/mysqld', '/var/run/mysqld', '/tmp'] },
  };
}

/** In one transaction, as its own user. What it holds replaces the tables of the same names. */
function mysqlDump(flavor: Flavor, { image, external, tls }: Partial<StatefulOptions & ExternalOptions>, connection: Connection): Built['dump'] {
  const { image: defaultImage, client, dump } = FLAVORS[flavor];
  const secure = tls ? { mariadb: ' --ssl', mysql: ' --ssl-mode=REQUIRED' }[flavor] : '';
  const server = `--host="$DB_HOST" --port="$DB_PORT" --protocol=tcp --user="$DB_USER"${secure}`;
  return {
    image: (external === undefined ? image : undefined) ?? Image.reference(defaultImage),
    extension: 'sql.gz',
    env: [
      connection.variable('DB_HOST', 'host'), connection.variable('DB_PORT', 'port'), connection.variable('DB_USER', 'user'),
      connection.variable('DB_NAME', 'name'), connection.variable('MYSQL_PWD', 'password'),
    ],
    dump: [`${dump} ${server} --single-transaction --quick --routines --triggers --no-tablespaces --result-file="$BACKUP_FILE.sql" "$DB_NAME"`, 'gzip -c "$BACKUP_FILE.sql" > "$BACKUP_FILE"', 'rm "$BACKUP_FILE.sql"'],
    restore: ['gunzip -c "$BACKUP_FILE" > /tmp/restore.sql', `${client} ${server} "$DB_NAME" < /tmp/restore.sql`],
  };
}

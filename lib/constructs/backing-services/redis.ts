import type { Construct } from 'constructs';
import { Duration } from '../duration';
import { Health } from '../health';
import { Image } from '../image';
import { SecretValue } from '../secret-value';
import type { BackupOptions } from './backup/backup-options';
import { addressOf, type AttachOptions, type Built } from './built';
import { Connection } from './connection';
import { checkForm, type Either, type ExternalOptions, givenSecret } from './external';
import { template } from './parts';
import { runServer, type ServerParts, type StatefulOptions, stopWithin } from './server';

interface CommonOptions extends AttachOptions<'host' | 'port' | 'password' | 'url'> {
  /** Copies its data regularly. @default never */
  readonly backup?: BackupOptions;
}

/** Image: redis:7.0. */
export type RedisOptions = Either<CommonOptions & StatefulOptions, CommonOptions & ExternalOptions>;

const IMAGE = 'redis:7.0';

export function buildRedis(self: Construct, options: RedisOptions): Built {
  const { id } = self.node;
  const what = `BackingService.redis "${id}"`;
  checkForm(what, options);
  const { external, tls } = options;
  const address = addressOf(self, what, options, { knownPort: 6379 });
  const connection = Connection.keep(self, {
    host: address.host, port: String(address.port), password: external === undefined ? SecretValue.generated() : givenSecret(id, 'password', options.password),
    // Its only user has a name since Redis 6; an empty one is taken for a name by some clients, redis-cli among them.
    url: template(`${tls ? 'rediss' : 'redis'}://default:{password}@{host}:{port}`),
  });
  const server = external === undefined ? runServer(self, 'redis', redisServer(options, connection)) : undefined;
  return { type: 'redis', connection, address, knownPort: 6379, server, dump: redisDump(options, connection) };
}

function redisServer({ image, storage, resources }: StatefulOptions, connection: Connection): ServerParts {
  return {
    image: image ?? Image.reference(IMAGE),
    ports: [{ name: 'service', port: 6379 }],
    // The kubelet's $(…) keeps the password out of the manifest.
    command: ['redis-server', '--appendonly', 'yes', '--dir', '/data', '--requirepass', '$(REDIS_PASSWORD)'],
    dataFolder: '/data',
    storage, resources,
    env: [connection.variable('REDIS_PASSWORD', 'password')],
    health: Health.command(['sh', '-c', 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping | grep -q PONG'], { interval: Duration.seconds(10), timeout: Duration.seconds(5) }),
    // It writes what is left of the append-only file on SIGTERM.
    shutdown: stopWithin(60),
    restricted: { user: 999, writable: ['/tmp'] },
  };
}

/**
 * An RDB file, as a replica gets it. Restored the same way: a server that has the file is what the other one copies, which replaces all it holds
 * and needs no access to its disk.
 */
function redisDump({ image, external, tls }: Partial<StatefulOptions & ExternalOptions>, connection: Connection): Built['dump'] {
  const ask = `redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT"${tls ? ' --tls' : ''}`;
  return {
    image: (external === undefined ? image : undefined) ?? Image.reference(IMAGE),
    extension: 'rdb',
    env: [connection.variable('REDIS_HOST', 'host'), connection.variable('REDIS_PORT', 'port'), connection.variable('REDISCLI_AUTH', 'password')],
    dump: [`${ask} --rdb "$BACKUP_FILE"`],
    restore: [
      'mkdir -p /tmp/restore && cp "$BACKUP_FILE" /tmp/restore/dump.rdb',
      'redis-server --dir /tmp/restore --dbfilename dump.rdb --save "" --protected-mode no --requirepass "$REDISCLI_AUTH" --masterauth "$REDISCLI_AUTH" >/dev/null &',
      'until redis-cli ping | grep -q PONG; do sleep 0.2; done',
      `${ask} CONFIG SET masterauth "$REDISCLI_AUTH"`,
      `${ask} REPLICAOF "$POD_IP" 6379`,
      `until ${ask} INFO replication | grep -q 'master_link_status:up'; do sleep 0.5; done`,
      `${ask} REPLICAOF NO ONE`,
    ],
  };
}

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

interface CommonOptions extends AttachOptions<'host' | 'port' | 'user' | 'password' | 'vhost' | 'url'> {
  /** @default app */
  readonly user?: string;
  /** Name of the virtual host. @default app */
  readonly vhost?: string;
  /** Writes its definitions (queues, exchanges, users) to a file regularly, not the messages. @default never */
  readonly backup?: BackupOptions;
}

export interface RabbitmqExternalOptions extends ExternalOptions {
  /** Its HTTP API, for backups. @default `http://<host>:15672` */
  readonly management?: string;
}

/** Image: rabbitmq:4.1-management. */
export type RabbitmqOptions = Either<CommonOptions & StatefulOptions, CommonOptions & RabbitmqExternalOptions>;

export function buildRabbitmq(self: Construct, options: RabbitmqOptions): Built {
  const { id } = self.node;
  const what = `BackingService.rabbitmq "${id}"`;
  checkForm(what, options);
  const { external, tls, user = 'app', vhost = 'app' } = options;
  const address = addressOf(self, what, options, { knownPort: 5672, externalPort: tls ? 5671 : 5672 });
  const connection = Connection.keep(self, {
    host: address.host, port: String(address.port), user, password: external === undefined ? SecretValue.generated() : givenSecret(id, 'password', options.password), vhost,
    url: template(`${tls ? 'amqps' : 'amqp'}://{user}:{password}@{host}:{port}/{vhost}`),
  });
  const server = external === undefined ? runServer(self, 'rabbitmq', rabbitmqServer(options, connection)) : undefined;
  const management = options.management ?? `http://${address.host}:15672`;
  return { type: 'rabbitmq', connection, address, knownPort: 5672, server, dump: definitions(management, connection) };
}

function rabbitmqServer({ image, storage, resources }: StatefulOptions, connection: Connection): ServerParts {
  return {
    image: image ?? Image.reference('rabbitmq:4.1-management'),
    ports: [{ name: 'service', port: 5672 }, { name: 'management', port: 15672 }],
    dataFolder: '/var/lib/rabbitmq',
    storage, resources,
    env: [
      connection.variable('RABBITMQ_DEFAULT_USER', 'user'),
      connection.variable('RABBITMQ_DEFAULT_PASS', 'password'),
      connection.variable('RABBITMQ_DEFAULT_VHOST', 'vhost'),
      // The folder of its data is named after the node, and so must not be named after the pod.
      { name: 'RABBITMQ_NODENAME', value: 'rabbit@localhost' },
      // Without waiting in loops for work (which looks like a busy processor), and without a table for the billion files that some hosts allow.
      { name: 'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS', value: '+sbwt none +sbwtdcpu none +sbwtdio none +Q 65536' },
    ],
    // It listens when it is ready. Its own commands start a second virtual machine for each question.
    health: Health.tcp({ interval: Duration.seconds(10), startup: Duration.minutes(10) }),
    // Queues are written to disk; its own advice is to wait as long as that takes.
    shutdown: stopWithin(300),
    memory: { 'standard': '256Mi', 'restricted': '256Mi', 'small-host': '128Mi' },
    restricted: { user: 999, writable: ['/tmp', '/var/log/rabbitmq', '/etc/rabbitmq/conf.d'] },
  };
}

/** Over HTTP, so that it is the same for a service outside. */
function definitions(management: string, connection: Connection): Built['dump'] {
  return {
    image: 'transfer',
    extension: 'json',
    env: [connection.variable('RABBITMQ_USER', 'user'), connection.variable('RABBITMQ_PASSWORD', 'password'), { name: 'RABBITMQ_MANAGEMENT', value: management.replace(/\/+$/, '') }],
    dump: ['authorization=$(printf "%s:%s" "$RABBITMQ_USER" "$RABBITMQ_PASSWORD" | base64 | tr -d "\\n")', 'rclone copyurl --header "Authorization: Basic $authorization" "$RABBITMQ_MANAGEMENT/api/definitions" "$BACKUP_FILE"'],
  };
}

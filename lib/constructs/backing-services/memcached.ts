import { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { Health } from '../health';
import { Image } from '../image';
import { addressOf, type AttachOptions, type Built } from './built';
import { Connection } from './connection';
import { checkForm, type Either } from './external';
import { template } from './parts';
import { type ContainerOptions, runServer, stopWithin } from './server';

type CommonOptions = AttachOptions<'host' | 'port' | 'url'>;

export interface MemcachedContainerOptions extends ContainerOptions {
  /** How much it may keep. @default 64 MiB */
  readonly size?: Size;
}

/** Image: memcached:1.6. It knows no passwords: whoever reaches it may use it. */
export type MemcachedOptions = Either<CommonOptions & MemcachedContainerOptions, CommonOptions & { readonly external: string }>;

export function buildMemcached(self: Construct, options: MemcachedOptions): Built {
  const what = `BackingService.memcached "${self.node.id}"`;
  checkForm(what, options);
  const { external, image, resources, size = Size.mebibytes(64) } = options;
  const address = addressOf(self, what, options, { knownPort: 11211 });
  const connection = Connection.keep(self, { host: address.host, port: String(address.port), url: template('memcached://{host}:{port}') });
  const server = external !== undefined ? undefined : runServer(self, 'memcached', {
    image: image ?? Image.reference('memcached:1.6'),
    ports: [{ name: 'service', port: 11211 }],
    args: ['-m', String(size.toMebibytes())],
    env: [],
    health: Health.tcp(),
    // It holds nothing that would have to be written.
    shutdown: stopWithin(10),
    resources: { memory: `${size.toMebibytes() + 32}Mi`, ...resources },
    restricted: { user: 11211, writable: [] },
  });
  return { type: 'memcached', connection, address, knownPort: 11211, server };
}

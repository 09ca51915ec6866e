import { Duration } from '../duration';
import { Health } from '../health';
import { Image } from '../image';
import type { Resources } from '../resources';
import { fromSecret } from '../variables';
import type { Connection, VariableNames } from './connection';
import type { StatefulParts, StorageOptions } from './stateful';

export interface RedisOptions {
  /** @default redis:7.0 */
  readonly image?: Image;
  readonly variables?: VariableNames;
  readonly storage?: StorageOptions;
  readonly resources?: Resources;
}

export function redisContainer({ image, storage, resources }: RedisOptions, { password }: Connection): StatefulParts {
  return {
    image: image ?? Image.reference('redis:7.0'),
    port: 6379,
    // The kubelet's $(…) keeps the password out of the manifest.
    command: ['redis-server', '--appendonly', 'yes', '--dir', '/data', '--requirepass', '$(REDIS_PASSWORD)'],
    dataFolder: '/data',
    storage,
    resources,
    env: [fromSecret('REDIS_PASSWORD', password)],
    health: Health.command(['sh', '-c', 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping | grep -q PONG'], { interval: Duration.seconds(10), timeout: Duration.seconds(5) }),
  };
}

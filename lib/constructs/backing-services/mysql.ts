import { Duration } from '../duration';
import { Health } from '../health';
import { Image } from '../image';
import type { Resources } from '../resources';
import { fromConfigMap, fromSecret } from '../variables';
import type { Connection, VariableNames } from './connection';
import type { StatefulParts, StorageOptions } from './stateful';

export interface MysqlOptions {
  /** @default mariadb:10.11 or mysql:8.0 */
  readonly image?: Image;
  /** Name of the database. @default app */
  readonly database?: string;
  /** Name of its user, who owns it. @default app */
  readonly user?: string;
  readonly variables?: VariableNames;
  readonly storage?: StorageOptions;
  readonly resources?: Resources;
}

const FLAVORS = {
  mariadb: { image: 'mariadb:10.11', prefix: 'MARIADB', client: 'mariadb' },
  mysql: { image: 'mysql:8.0', prefix: 'MYSQL', client: 'mysql' },
} as const;

/** The public images' conventions. The check logs in over TCP as the application does: the server that initializes the data folder listens on its socket only. */
export function mysqlContainer(flavor: keyof typeof FLAVORS, { image, storage, resources }: MysqlOptions, { configMap, password }: Connection): StatefulParts {
  const { image: defaultImage, prefix, client } = FLAVORS[flavor];
  return {
    image: image ?? Image.reference(defaultImage),
    port: 3306,
    dataFolder: '/var/lib/mysql',
    storage,
    resources,
    env: [
      fromConfigMap(`${prefix}_DATABASE`, configMap, 'name'),
      fromConfigMap(`${prefix}_USER`, configMap, 'user'),
      fromSecret(`${prefix}_PASSWORD`, password),
      fromSecret(`${prefix}_ROOT_PASSWORD`, { ...password, key: 'root-password' }),
    ],
    health: Health.command(['sh', '-c', `MYSQL_PWD="$${prefix}_PASSWORD" exec ${client} --host=127.0.0.1 --protocol=tcp --user="$${prefix}_USER" -e 'SELECT 1'`], {
      interval: Duration.seconds(10), timeout: Duration.seconds(5), startup: Duration.minutes(5),
    }),
  };
}

import { Construct } from 'constructs';
import { mysqlContainer, type MysqlOptions } from './backing-services/mysql';
import { connectionVariables, type Connection } from './backing-services/connection';
import { checkExternal, type ExternalOptions } from './backing-services/external';
import { redisContainer, type RedisOptions } from './backing-services/redis';
import { stateful } from './backing-services/stateful';
import { k8s } from './kubernetes';
import { contentName, objectName } from './object-name';
import { SecretValue } from './secret-value';
import { valuelessSecret } from './secrets';
import { scopeOf } from './twelve-factor-app';
import type { SecretReference, VariableSource } from './variables';

/**
 * A service the application uses over the network (factor IV): a container with a volume, or an address outside. The processes that
 * name it in `env` get the same variables either way, so that moving it is a change of this line only.
 */
export class BackingService extends Construct implements VariableSource {
  /** MariaDB. @see MysqlOptions */
  static mariadb(scope: Construct, id: string, options: MysqlOptions | (MysqlOptions & ExternalOptions) = {}): BackingService {
    return BackingService.database(scope, id, 'mariadb', options);
  }

  /** MySQL. @see MysqlOptions */
  static mysql(scope: Construct, id: string, options: MysqlOptions | (MysqlOptions & ExternalOptions) = {}): BackingService {
    return BackingService.database(scope, id, 'mysql', options);
  }

  /** Redis, with a password, appending to disk. */
  static redis(scope: Construct, id: string, options: RedisOptions | (RedisOptions & ExternalOptions) = {}): BackingService {
    const external = checkExternal('redis', id, options);
    return new BackingService(scope, id, (self) => {
      const { host, port } = external?.address(6379) ?? { host: objectName(self), port: 6379 };
      const connection = self.connect({ scheme: 'redis', host, port }, external?.password);
      if (!external) stateful(self, redisContainer(options, connection));
      return connectionVariables(`BackingService "${id}"`, id, connection, options.variables);
    });
  }

  readonly variables: readonly k8s.EnvVar[];

  private constructor(scope: Construct, id: string, build: (self: BackingService) => readonly k8s.EnvVar[]) {
    super(scopeOf(scope), id);
    this.variables = build(this);
  }

  private static database(scope: Construct, id: string, flavor: 'mariadb' | 'mysql', options: MysqlOptions & Partial<ExternalOptions>): BackingService {
    const external = checkExternal(flavor, id, options);
    return new BackingService(scope, id, (self) => {
      const { host, port } = external?.address(3306) ?? { host: objectName(self), port: 3306 };
      const connection = self.connect({ scheme: 'mysql', host, port, user: options.user ?? 'app', name: options.database ?? 'app' }, external?.password);
      if (!external) stateful(self, mysqlContainer(flavor, options, connection));
      return connectionVariables(`BackingService "${id}"`, id, connection, options.variables);
    });
  }

  /** Puts what is no secret into a ConfigMap, and the password into a Secret unless it is somewhere else. */
  private connect(plain: Omit<Connection, 'configMap' | 'password'>, password?: SecretReference): Connection {
    const { scheme: _, ...rest } = plain;
    const data = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, String(value)]));
    const configMap = contentName(objectName(this), data);
    new k8s.KubeConfigMap(this, 'config-map', { metadata: { name: configMap }, data });
    return { ...plain, configMap, password: password ?? { secret: this.ownPassword(plain.scheme), key: 'password' } };
  }

  private ownPassword(scheme: Connection['scheme']): string {
    const password = SecretValue.generated();
    return valuelessSecret(this, 'secret', objectName(this), scheme === 'mysql' ? { password, 'root-password': SecretValue.generated() } : { password });
  }
}

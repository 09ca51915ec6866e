import type { Construct } from 'constructs';
import { Backup } from './backing-services/backup/backup';
import type { BackupOptions } from './backing-services/backup/backup-options';
import type { ObjectStorage } from './backing-services/backup/object-storage';
import type { Built } from './backing-services/built';
import { buildGeneric, type GenericOptions } from './backing-services/generic';
import { linkVariables } from './backing-services/links';
import { buildMemcached, type MemcachedOptions } from './backing-services/memcached';
import { buildMysql, type MysqlOptions } from './backing-services/mysql';
import { buildPostgresql, type PostgresqlOptions } from './backing-services/postgresql';
import { buildRabbitmq, type RabbitmqOptions } from './backing-services/rabbitmq';
import { buildRedis, type RedisOptions } from './backing-services/redis';
import { buildS3, type S3Options } from './backing-services/s3';
import type { Server } from './backing-services/server';
import { buildSmtp, type SmtpOptions } from './backing-services/smtp';
import type { k8s } from './kubernetes';
import { scopeOf } from './twelve-factor-app';
import { VariableConstruct } from './variables';

/** A BackingService that files can be put into. */
export type S3Service = BackingService & { readonly objectStorage: ObjectStorage };

const isS3 = (service: BackingService): service is S3Service => service.objectStorage !== undefined;

/** What every kind takes beside its own options. */
interface CommonOptions {
  readonly backup?: BackupOptions;
  readonly links?: boolean;
  readonly variables?: Readonly<Partial<Record<string, string>>>;
}

/**
 * A service the application uses over the network (factor IV): a container with a volume, or an address outside. The processes that
 * name it in `env` get the same variables either way, so that moving it is a change of this line only.
 */
export class BackingService extends VariableConstruct {
  /** MariaDB 10.11. Parts: host, port, user, password, name, url. */
  static mariadb(scope: Construct, id: string, options: MysqlOptions = {}): BackingService {
    return new BackingService(scope, id, options, (self) => buildMysql(self, 'mariadb', options));
  }

  /** MySQL 8.0. Parts: host, port, user, password, name, url. */
  static mysql(scope: Construct, id: string, options: MysqlOptions = {}): BackingService {
    return new BackingService(scope, id, options, (self) => buildMysql(self, 'mysql', options));
  }

  /** PostgreSQL 16. Parts: host, port, user, password, name, url. */
  static postgresql(scope: Construct, id: string, options: PostgresqlOptions = {}): BackingService {
    return new BackingService(scope, id, options, (self) => buildPostgresql(self, options));
  }

  /** Redis 7.0, with a password, appending to disk. Parts: host, port, password, url. */
  static redis(scope: Construct, id: string, options: RedisOptions = {}): BackingService {
    return new BackingService(scope, id, options, (self) => buildRedis(self, options));
  }

  /** Memcached 1.6. Parts: host, port, url. */
  static memcached(scope: Construct, id: string, options: MemcachedOptions = {}): BackingService {
    return new BackingService(scope, id, options, (self) => buildMemcached(self, options));
  }

  /** RabbitMQ 4.1 with its management page at port 15672. Parts: host, port, user, password, vhost, url. */
  static rabbitmq(scope: Construct, id: string, options: RabbitmqOptions = {}): BackingService {
    return new BackingService(scope, id, options, (self) => buildRabbitmq(self, options));
  }

  /** A bucket of S3-compatible storage; as a container, files on a volume behind Versity's gateway. Parts: endpoint, bucket, accessKey, secretKey, region, url. */
  static s3(scope: Construct, id: string, options: S3Options = {}): S3Service {
    const service = new BackingService(scope, id, options, (self) => buildS3(self, options));
    if (!isS3(service)) throw new Error(`BackingService.s3 "${id}" has no bucket`);
    return service;
  }

  /** Mail. As a container, Mailpit: it keeps the mails, shows them at port 8025 and sends none. Parts: host, port, user, password, from, url. */
  static smtp(scope: Construct, id: string, options: SmtpOptions = {}): BackingService {
    return new BackingService(scope, id, options, (self) => buildSmtp(self, options));
  }

  /** Any other service: an image, a port and the parts that an application must know. Parts: host, port, those, url. */
  static generic<Part extends string = never>(scope: Construct, id: string, options: GenericOptions<Part>): BackingService {
    return new BackingService(scope, id, options, (self) => buildGeneric(self, options));
  }

  readonly variables: readonly k8s.EnvVar[];
  /** What it is: `postgresql`. */
  readonly type: string;
  /** Its container's objects. Undefined when it is external. */
  readonly server: Server | undefined;
  /** Its bucket, for backups of other services. Undefined for what is no storage. */
  readonly objectStorage: ObjectStorage | undefined;
  /** What writes its dumps. Undefined without `backup`. */
  readonly backup: Backup | undefined;

  private constructor(scope: Construct, id: string, options: CommonOptions, build: (self: BackingService) => Built) {
    super(scopeOf(scope), id);
    const { type, server, dump, connection, address, knownPort, more = [], objectStorage } = build(this);
    this.type = type;
    this.server = server;
    this.objectStorage = objectStorage;
    this.variables = [...connection.variables(options.variables), ...more, ...(options.links ? linkVariables(id, knownPort, address) : [])];
    this.backup = options.backup && dump && new Backup(this, dump, options.backup);
  }
}

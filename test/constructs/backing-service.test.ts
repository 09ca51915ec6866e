import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import { BackingService, BackupVolume, GracefulShutdown, Image, type Profile, type S3Service, Secrets, SecretValue, type TwelveFactorApp, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('shop:1.4.2');
const search = { port: 9200, parts: { user: 'elastic', password: SecretValue.generated() }, url: 'http://{user}:{password}@{host}:{port}' };

/** Every kind of service, as a container and outside, with the variables of a link. */
const services: Readonly<Record<string, Readonly<Record<'container' | 'external', (app: TwelveFactorApp) => BackingService>>>> = {
  mariadb: { container: (app) => BackingService.mariadb(app, 'db', { links: true }), external: (app) => BackingService.mariadb(app, 'db', { links: true, external: 'db.internal' }) },
  mysql: { container: (app) => BackingService.mysql(app, 'db', { links: true }), external: (app) => BackingService.mysql(app, 'db', { links: true, external: 'db.internal:3307', tls: true }) },
  postgresql: { container: (app) => BackingService.postgresql(app, 'db', { links: true }), external: (app) => BackingService.postgresql(app, 'db', { links: true, external: 'db.internal:5432' }) },
  redis: { container: (app) => BackingService.redis(app, 'cache', { links: true }), external: (app) => BackingService.redis(app, 'cache', { links: true, external: 'cache.internal', tls: true }) },
  memcached: { container: (app) => BackingService.memcached(app, 'cache', { links: true }), external: (app) => BackingService.memcached(app, 'cache', { links: true, external: 'cache.internal' }) },
  rabbitmq: { container: (app) => BackingService.rabbitmq(app, 'queue', { links: true }), external: (app) => BackingService.rabbitmq(app, 'queue', { links: true, external: 'queue.internal', tls: true }) },
  s3: {
    container: (app) => BackingService.s3(app, 'files', { links: true, awsNames: true }),
    external: (app) => BackingService.s3(app, 'files', { links: true, external: 'https://s3.eu-central-1.amazonaws.com', region: 'eu-central-1', awsNames: true }),
  },
  smtp: { container: (app) => BackingService.smtp(app, 'mail', { links: true }), external: (app) => BackingService.smtp(app, 'mail', { links: true, external: 'smtp.internal', from: 'shop@example.com' }) },
  generic: {
    container: (app) => BackingService.generic(app, 'search', { ...search, links: true, image: Image.reference('elasticsearch:8.15.0'), settingsFromParts: { ELASTIC_PASSWORD: 'password' }, dataFolder: '/usr/share/elasticsearch/data' }),
    external: (app) => BackingService.generic(app, 'search', { ...search, links: true, external: 'search.internal' }),
  },
};
const kinds = Object.keys(services);

/** The objects of an application that uses the service. */
const using = (attach: (app: TwelveFactorApp) => BackingService, profile: Profile = 'small-host') => synthesize((app) => new Web(app, 'web', { image, port: 8080, user: 1000, env: [attach(app)] }), { environments: { dev: { profile } } });
const envOf = (objects: readonly any[], name = 'shop-web') => objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name).spec.template.spec.containers[0].env as readonly any[];
const names = (env: readonly { readonly name: string }[]) => env.map(({ name }) => name);
const sources = (objects: readonly any[]) => JSON.parse(ofKind(objects, 'Secret').metadata.annotations['twelve-factor.dev/secret-values']) as Readonly<Record<string, any>>;

describe('BackingService', () => {
  it.each(kinds)('%s gives the same variables as a container and as an address outside', (kind) => {
    const [container, external] = [services[kind].container, services[kind].external].map((attach) => using(attach));
    expect(names(envOf(container)).filter((name) => /_PORT_\d+_TCP/.test(name))).toHaveLength(4);
    expect(names(envOf(external))).toEqual(names(envOf(container)));
    expect(external.filter((object) => object.kind === 'Deployment').map(({ metadata }) => metadata.name)).toEqual(['shop-web']);
  });

  it.each(kinds.flatMap((kind) => (['container', 'external'] as const).flatMap((form) => (['standard', 'small-host', 'autopilot'] as const).map((profile) => [kind, form, profile] as const))))('%s as %s under the profile %s passes the check', (kind, form, profile) => {
    expect(checkObjects(using(services[kind][form], profile)).map(({ rule, field, message }) => `${rule} ${field} ${message}`)).toEqual([]);
  });

  it.each(kinds.filter((kind) => kind !== 'generic'))('%s runs without rights under the profile restricted', (kind) => {
    const { spec } = using(services[kind].container, 'restricted').find(({ metadata, kind: type }) => type === 'Deployment' && metadata.name !== 'shop-web').spec.template;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true });
    expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
    expect(spec.containers[0].securityContext).toMatchObject({ readOnlyRootFilesystem: true });
  });

  it('labels a service that runs here with its kind, so that apply starts it before what uses it', () => {
    const objects = using(services.postgresql.container);
    expect(ofKind(objects, 'Deployment').metadata.labels['twelve-factor.dev/backing-service']).toBe('postgresql');
  });

  it('never has two servers on one volume, and takes none away before the next is there where there is no volume', () => {
    const objects = using(services.redis.container);
    expect(ofKind(objects, 'Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(ofKind(objects, 'Deployment').spec.template.spec.volumes[0].persistentVolumeClaim.claimName).toBe(ofKind(objects, 'PersistentVolumeClaim').metadata.name);
    expect(ofKind(using(services.memcached.container), 'Deployment').spec.strategy.type).toBe('RollingUpdate');
  });

  it('stops PostgreSQL by SIGINT and not by what waits for its clients', () => {
    const { spec } = ofKind(using(services.postgresql.container), 'Deployment').spec.template;
    expect(spec.containers[0].lifecycle.preStop.exec.command.at(-1)).toContain('kill -INT 1');
    expect(spec.terminationGracePeriodSeconds).toBe(120);
    expect(ofKind(using(services.rabbitmq.container), 'Deployment').spec.template.spec.terminationGracePeriodSeconds).toBe(300);
  });

  it('puts a password into the URL when it is applied, so that any character may be in it', () => {
    expect(sources(using(services.postgresql.external))).toEqual({
      password: { environment: 'DB_PASSWORD' },
      url: { compose: ['postgresql://', 'app', ':', { key: 'password' }, '@', 'db.internal', ':', '5432', '/', 'app'] },
    });
  });

  it('says in the URL that the connection is encrypted', () => {
    const url = (attach: (app: TwelveFactorApp) => BackingService) => JSON.stringify(sources(using(attach)).url);
    expect(url((app) => BackingService.postgresql(app, 'db', { external: 'db.internal', tls: true, parameters: { application_name: 'shop & co' } }))).toContain('?sslmode=require&application_name=shop%20%26%20co');
    expect(url(services.redis.external)).toContain('rediss://');
    expect(url(services.rabbitmq.external)).toMatch(/amqps:.*5671/);
  });

  it('composes the URL in the container when the password is in a Secret of somebody else', () => {
    const password = (app: TwelveFactorApp) => Secrets.existing(app, 'login', { secret: 'db-login', variables: { PASSWORD: 'pw' } }).value('PASSWORD');
    const env = envOf(using((app) => BackingService.postgresql(app, 'db', { external: 'db.internal', password: password(app) })));
    expect(env.find(({ name }) => name === 'DB_PASSWORD').valueFrom.secretKeyRef).toEqual({ name: 'db-login', key: 'pw' });
    expect(env.at(-1)).toEqual({ name: 'DB_URL', value: 'postgresql://app:$(DB_PASSWORD)@db.internal:5432/app' });
    expect(() => using((app) => BackingService.postgresql(app, 'db', { external: 'db.internal', password: password(app), variables: { url: 'DATABASE_URL' } }))).toThrow(/add variables\.password, or give the password as a SecretValue/);
  });

  it('gives other names, and then only those', () => {
    expect(names(envOf(using((app) => BackingService.postgresql(app, 'db', { variables: { url: 'DATABASE_URL' } }))))).toEqual(['DATABASE_URL']);
  });

  it('gives the variables of a Docker link on request, named after the known port wherever it listens', () => {
    const links = (options: object) => envOf(using((app) => BackingService.postgresql(app, 'order-db', { links: true, ...options }))).slice(-4);
    expect(links({ external: 'db.internal:6432' })).toEqual([
      { name: 'ORDER_DB_PORT_5432_TCP', value: 'tcp://db.internal:6432' },
      { name: 'ORDER_DB_PORT_5432_TCP_ADDR', value: 'db.internal' },
      { name: 'ORDER_DB_PORT_5432_TCP_PORT', value: '6432' },
      { name: 'ORDER_DB_PORT_5432_TCP_PROTO', value: 'tcp' },
    ]);
    expect(names(links({}))).toEqual(names(links({ external: 'db.internal:6432' })));
  });

  it('gives Amazon\'s names for storage on request', () => {
    expect(names(envOf(using(services.s3.container))).slice(0, -4)).toEqual([
      'FILES_ENDPOINT', 'FILES_BUCKET', 'FILES_ACCESS_KEY', 'FILES_SECRET_KEY', 'FILES_REGION', 'FILES_URL',
      'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'AWS_ENDPOINT_URL_S3',
    ]);
  });

  it('gives a generic container its parts under its own names', () => {
    const objects = using((app) => BackingService.generic(app, 'search', {
      ...search, image: Image.reference('elasticsearch:8.15.0'), settingsFromParts: { ELASTIC_PASSWORD: 'password' }, settings: { 'discovery.type': 'single-node' },
      dataFolder: '/data', shutdown: GracefulShutdown.immediate(),
    }));
    expect(names(envOf(objects, 'shop-search'))).toEqual(['ELASTIC_PASSWORD', 'discovery.type']);
    expect(names(envOf(objects))).toEqual(['SEARCH_HOST', 'SEARCH_PORT', 'SEARCH_USER', 'SEARCH_PASSWORD', 'SEARCH_URL']);
    expect(sources(objects).url.compose).toEqual(['http://', 'elastic', ':', { key: 'password' }, '@', 'shop-search', ':', '9200']);
  });

  it('refuses what contradicts itself, and names the fix', () => {
    const build = (attach: (app: TwelveFactorApp) => BackingService) => () => using(attach);
    expect(build((app) => BackingService.mysql(app, 'db', { external: 'db.internal', storage: {} } as never))).toThrow(/storage is for a container/);
    expect(build((app) => BackingService.mysql(app, 'db', { password: { secret: 'a', key: 'b' } } as never))).toThrow(/password is for an external service, a container's secrets are generated/);
    expect(build((app) => BackingService.redis(app, 'cache', { variables: { user: 'REDIS_USER' } } as never))).toThrow(/variables\.user does not exist; there are host, port, password, url/);
    expect(build((app) => BackingService.postgresql(app, 'db', { external: 'postgres://db' }))).toThrow(/is not an address; write host or host:port/);
    expect(build((app) => BackingService.s3(app, 'files', { external: 's3.internal:9000' }))).toThrow(/is not an endpoint; write https:\/\/host/);
    expect(build((app) => BackingService.s3(app, 'files', { bucket: 'My Files' }))).toThrow(/is not a bucket's name/);
    expect(build((app) => BackingService.smtp(app, 'mail', { external: 'smtp.internal' } as never))).toThrow(/the sender is needed/);
    expect(build((app) => BackingService.generic(app, 'search', { port: 80, image, url: 'http://{user}@{host}' }))).toThrow(/the URL has \{user\}, which is no part; there are host, port/);
  });
});

describe('a backup', () => {
  const backup = { schedule: '15 1 * * *', keep: 3 };
  const backedUp: Readonly<Record<string, (app: TwelveFactorApp, to?: S3Service) => BackingService>> = {
    postgresql: (app, to) => BackingService.postgresql(app, 'db', { backup: { ...backup, to } }),
    mariadb: (app, to) => BackingService.mariadb(app, 'db', { backup: { ...backup, to } }),
    redis: (app, to) => BackingService.redis(app, 'db', { backup: { ...backup, to } }),
    rabbitmq: (app, to) => BackingService.rabbitmq(app, 'db', { backup: { ...backup, to } }),
    s3: (app, to) => BackingService.s3(app, 'db', { backup: { ...backup, to } }),
    external: (app, to) => BackingService.postgresql(app, 'db', { external: 'db.internal', tls: true, backup: { ...backup, to } }),
    generic: (app, to) => BackingService.generic(app, 'db', { port: 80, image, dataFolder: '/data', dump: { command: 'tar c /data > "$BACKUP_FILE"' }, backup: { ...backup, to } }),
  };
  const backedUpKinds = Object.keys(backedUp);
  const named = (objects: readonly any[], name: string) => objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === name);
  const podOf = (cronJob: any) => cronJob.spec.jobTemplate.spec.template.spec;

  it.each(backedUpKinds)('of %s goes to a volume of its own, and passes the check', (kind) => {
    const objects = using((app) => backedUp[kind](app));
    const cronJob = named(objects, 'shop-db-backup');
    expect(cronJob.spec).toMatchObject({ schedule: '15 1 * * *', concurrencyPolicy: 'Forbid' });
    expect(podOf(cronJob).volumes[0].persistentVolumeClaim).toEqual({ claimName: 'shop-db-backup' });
    expect(objects.some((object) => object.kind === 'PersistentVolumeClaim' && object.metadata.name === 'shop-db-backup')).toBe(true);
    expect(checkObjects(objects).map(({ rule, field, message }) => `${rule} ${field} ${message}`)).toEqual([]);
  });

  it.each(backedUpKinds)('of %s goes to a bucket, and passes the check', (kind) => {
    const objects = using((app) => backedUp[kind](app, BackingService.s3(app, 'store')));
    const { initContainers = [], containers } = podOf(named(objects, 'shop-db-backup'));
    expect(containers[0].env).toContainEqual(expect.objectContaining({ name: 'RCLONE_CONFIG_BACKUP_ENDPOINT' }));
    expect(initContainers.length).toBe(kind === 's3' ? 0 : 1);
    expect(objects.some((object) => object.kind === 'PersistentVolumeClaim' && object.metadata.name === 'shop-db-backup')).toBe(false);
    expect(checkObjects(objects).map(({ rule, field, message }) => `${rule} ${field} ${message}`)).toEqual([]);
  });

  it('is restored by a CronJob that never runs by itself', () => {
    const objects = using((app) => backedUp.postgresql(app));
    expect(named(objects, 'shop-db-restore').spec.suspend).toBe(true);
    expect(podOf(named(objects, 'shop-db-restore')).containers[0].command.at(-1)).toContain('pg_restore');
    expect(named(using((app) => backedUp.rabbitmq(app)), 'shop-db-restore')).toBeUndefined();
  });

  it('goes to a volume that somebody else keeps', () => {
    const objects = using((app) => BackingService.redis(app, 'db', { backup: { to: BackupVolume.claim('nas') } }));
    expect(podOf(named(objects, 'shop-db-backup')).volumes[0].persistentVolumeClaim).toEqual({ claimName: 'nas' });
  });

  it('refuses what cannot be', () => {
    expect(() => using((app) => BackingService.redis(app, 'db', { backup: { keep: 0 } }))).toThrow(/backup\.keep is 0; it is a whole number from 1/);
    expect(() => using((app) => BackingService.redis(app, 'db', { backup: { schedule: 'daily' } }))).toThrow(/backup\.schedule "daily" is not a schedule/);
    expect(() => using((app) => BackingService.generic(app, 'db', { port: 80, image, backup: {} }))).toThrow(/nobody knows how to back it up; add dump/);
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { BackingService, Config, Image, Secrets, SecretValue, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('nginx:1.22');
afterEach(() => vi.unstubAllEnvs());

describe('Config', () => {
  const environments = { dev: { config: { MAIL_FROM: 'dev@example.com' } }, prod: { config: { MAIL_FROM: 'shop@example.com', LOG_LEVEL: 'warn' } } };
  const variables = { LOG_LEVEL: { default: 'info', oneOf: ['debug', 'info', 'warn'] }, MAIL_FROM: {} };

  it('takes the values of the chosen environment, else the defaults', () => {
    expect(ofKind(synthesize((app) => new Config(app, 'config', variables), { environments }), 'ConfigMap').data).toEqual({ LOG_LEVEL: 'info', MAIL_FROM: 'dev@example.com' });
    vi.stubEnv('TWELVE_ENVIRONMENT', 'prod');
    expect(ofKind(synthesize((app) => new Config(app, 'config', variables), { environments }), 'ConfigMap').data).toEqual({ LOG_LEVEL: 'warn', MAIL_FROM: 'shop@example.com' });
  });

  it('gets another name when a value changes, and the same for the same values', () => {
    const name = (value: string) => ofKind(synthesize((app) => new Config(app, 'config', { GREETING: value })), 'ConfigMap').metadata.name;
    expect(name('hello')).toBe(name('hello'));
    expect(name('hello')).not.toBe(name('こんにちは'));
  });

  it('refuses a missing or forbidden value, naming where to set it', () => {
    expect(() => synthesize((app) => new Config(app, 'config', { MAIL_FROM: {} }))).toThrow(/set environments\.default\.config\.MAIL_FROM/);
    expect(() => synthesize((app) => new Config(app, 'config', { LOG_LEVEL: { default: 'loud', oneOf: ['info'] } }))).toThrow(/must be one of: info/);
    vi.stubEnv('TWELVE_ENVIRONMENT', 'staging');
    expect(() => synthesize(() => undefined, { environments })).toThrow(/no environment "staging"; it has: dev, prod/);
  });
});

describe('Secrets', () => {
  it('write where values come from, and no value', () => {
    const secret = ofKind(synthesize((app) => new Secrets(app, 'keys', { KEY: SecretValue.generated({ length: 40 }), TOKEN: SecretValue.environment('SHOP_TOKEN') })), 'Secret');
    expect(secret.data).toBeUndefined();
    expect(JSON.parse(secret.metadata.annotations['twelve-factor.dev/secret-values'])).toEqual({ KEY: { generate: { length: 40 } }, TOKEN: { environment: 'SHOP_TOKEN' } });
  });

  it('can be those that somebody else keeps', () => {
    const objects = synthesize((app) => new Web(app, 'web', { image, port: 80, env: [Secrets.existing(app, 'mail', { secret: 'mail-account', variables: { MAIL_PASSWORD: 'password' } })] }));
    expect(ofKind(objects, 'Secret')).toBeUndefined();
    expect(ofKind(objects, 'Deployment').spec.template.spec.containers[0].env).toEqual([{ name: 'MAIL_PASSWORD', valueFrom: { secretKeyRef: { name: 'mail-account', key: 'password' } } }]);
  });
});

describe('BackingService', () => {
  const names = (env: readonly { name: string }[]) => env.map(({ name }) => name);
  const envOf = (objects: readonly any[], name: string) => objects.find((object) => object.kind === 'Deployment' && object.metadata.name === name).spec.template.spec.containers[0].env;

  it('gives the same variables as a container and as an external address', () => {
    const container = synthesize((app) => new Web(app, 'web', { image, port: 80, env: [BackingService.mariadb(app, 'db')] }));
    const external = synthesize((app) => {
      const secrets = new Secrets(app, 'secrets', { DB: SecretValue.environment('DB_PASSWORD') });
      new Web(app, 'web', { image, port: 80, env: [BackingService.mariadb(app, 'db', { external: 'db.internal:3307', password: secrets.value('DB') })] });
    });
    expect(names(envOf(container, 'shop-web'))).toEqual(['DB_HOST', 'DB_PORT', 'DB_USER', 'DB_PASSWORD', 'DB_NAME', 'DB_URL']);
    expect(names(envOf(external, 'shop-web'))).toEqual(names(envOf(container, 'shop-web')));
    expect(external.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name)).toEqual(['shop-web']);
    expect(ofKind(external, 'ConfigMap').data).toMatchObject({ host: 'db.internal', port: '3307' });
    expect(envOf(container, 'shop-web').at(-1).value).toBe('mysql://app:$(DB_PASSWORD)@shop-db:3306/app');
  });

  it('never has two servers on one volume', () => {
    const objects = synthesize((app) => BackingService.redis(app, 'cache'));
    expect(ofKind(objects, 'Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(ofKind(objects, 'Deployment').spec.template.spec.volumes[0].persistentVolumeClaim.claimName).toBe(ofKind(objects, 'PersistentVolumeClaim').metadata.name);
  });

  it('refuses options of a container for an address outside, and an address without a password', () => {
    const password = { secret: 'db', key: 'password' };
    expect(() => synthesize((app) => BackingService.mysql(app, 'db', { external: 'db.internal', password, storage: {} }))).toThrow(/storage is for a container/);
    expect(() => synthesize((app) => BackingService.mysql(app, 'db', { external: 'db.internal' } as never))).toThrow(/the password of db\.internal is needed/);
    expect(() => synthesize((app) => BackingService.redis(app, 'cache', { variables: { user: 'REDIS_USER' } }))).toThrow(/variables\.user does not exist for redis/);
  });
});

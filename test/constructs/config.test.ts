import { afterEach, describe, expect, it, vi } from 'vitest';
import { Config, Image, Secrets, SecretValue, Web } from '../../lib/index';
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

import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { abilitiesOf } from '../../lib/constructs/environment';
import { TwelveFactorApp } from '../../lib/index';

afterEach(() => vi.unstubAllEnvs());

describe('Environments', () => {
  it('give each its value, and the names are types', () => {
    vi.stubEnv('TWELVE_ENVIRONMENT', 'prod');
    const app = new TwelveFactorApp('shop', { environments: { dev: {}, prod: {} } });
    expectTypeOf(app.environment).toEqualTypeOf<'dev' | 'prod'>();
    expect(app.byEnvironment({ dev: 1, prod: 3 })).toBe(3);
    // @ts-expect-error staging has no value for prod
    expect(() => app.byEnvironment({ dev: 1 })).toThrow(/byEnvironment has no value for prod; give one for each of: dev, prod/);
    // @ts-expect-error there is no staging
    expect(() => app.byEnvironment({ dev: 1, prod: 2, staging: 3 })).toThrow(/staging, which is no environment; there are: dev, prod/);
  });

  it('have names that are folders, and none that means all of them', () => {
    expect(() => new TwelveFactorApp('shop', { environments: { all: {} } })).toThrow(/cannot be called all/);
    expect(() => new TwelveFactorApp('shop', { environments: { '../prod': {} } })).toThrow(/is not a name of an environment/);
  });

  it('is one called default when the program names none', () => {
    expect(new TwelveFactorApp('shop').byEnvironment({ default: 'x' })).toBe('x');
  });

  it('knows what the version of its cluster can do', () => {
    expect(abilitiesOf({})).toEqual({ sidecars: true, sleepHook: false });
    expect(abilitiesOf({ kubernetes: '1.28' })).toEqual({ sidecars: false, sleepHook: false });
    expect(abilitiesOf({ kubernetes: '1.30' })).toEqual({ sidecars: true, sleepHook: true });
    expect(() => new TwelveFactorApp('shop', { environments: { dev: { kubernetes: 'v1.30.2' } } })).toThrow(/for example 1\.30/);
  });
});

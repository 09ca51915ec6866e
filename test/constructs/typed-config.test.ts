import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { Config, type ConfigVariable, Duration, Image, Secrets, SecretValue, TwelveFactorApp, type VariableSource, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('nginx:1.22');
afterEach(() => vi.unstubAllEnvs());

/** What a process gets of one variable, declared and given like this. */
const textOf = (variable: ConfigVariable, given?: string | number | boolean | Duration) => ofKind(
  synthesize((app) => new Config(app, 'config', { X: variable }), given === undefined ? {} : { environments: { dev: { config: { X: given } } } }), 'ConfigMap',
).data?.X;

describe('A variable of a Config', () => {
  it.each<[string, ConfigVariable, string | number | boolean | Duration | undefined, string]>([
    ['text', {}, 'こんにちは', 'こんにちは'],
    ['text that is empty', {}, '', ''],
    ['a pattern', { pattern: /[a-z]+@example\.com/ }, 'shop@example.com', 'shop@example.com'],
    ['a whole number', { type: 'integer', min: 1 }, 5, '5'],
    ['a whole number as text', { type: 'integer' }, '-12', '-12'],
    ['a number', { type: 'number' }, 0.25, '0.25'],
    ['a boolean', { type: 'boolean' }, false, 'false'],
    ['a URL', { type: 'url' }, 'https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['a duration', { type: 'duration' }, '1m30s', '1m30s'],
    ['a duration of the program', { type: 'duration' }, Duration.minutes(90), '1h30m'],
    ['a duration in seconds', { type: 'duration', as: 'seconds' }, '1m30s', '90'],
    ['a duration in milliseconds', { type: 'duration', as: 'milliseconds' }, '1.5s', '1500'],
    ['a number in short', 8080, undefined, '8080'],
    ['a boolean in short', true, undefined, 'true'],
  ])('can be %s', (_, variable, given, text) => {
    expect(textOf(variable, given)).toBe(text);
  });

  it.each<[ConfigVariable, string | number | boolean, RegExp]>([
    [{ pattern: /[a-z]+/ }, 'abc1', /X is "abc1"; it must match \/\[a-z\]\+\/ \(environments\.dev\.config\.X\)/],
    [{ type: 'integer' }, '1.5', /must be a whole number/],
    [{ type: 'integer' }, '0x10', /must be a whole number/],
    [{ type: 'number' }, '', /must be a number/],
    [{ type: 'number', min: 0, max: 1 }, 2, /X is 2; it must be from 0 to 1/],
    [{ type: 'boolean' }, 'yes', /must be true or false/],
    [{ type: 'url' }, 'example.com', /URL that begins with http:\/\/ or https:\/\//],
    [{ type: 'url' }, 'https://a:b@example.com', /put it into Secrets/],
    [{ type: 'duration' }, '90', /must be a duration, for example 90s/],
    [{ type: 'duration', max: Duration.seconds(10) }, '11s', /it must be at most|from 0s to 10s/],
    [{ type: 'duration', as: 'seconds' }, '1500ms', /whole seconds/],
    [{ oneOf: ['a', 'b'], description: 'Which one' }, 'c', /X \(Which one\) is "c"; it must be one of: a, b/],
    [{ defualt: 'x' } as ConfigVariable, 'x', /write default/],
    [{ type: 'text' } as never, 'x', /the type "text"; there are string, number/],
  ])('declared as %j refuses %j', (variable, given, message) => {
    expect(() => textOf(variable, given)).toThrow(message);
  });

  it('that is optional and has no value is not there', () => {
    expect(textOf({ optional: true })).toBeUndefined();
  });

  it('has its declared type in the program', () => {
    const app = new TwelveFactorApp('shop');
    const { values } = new Config(app, 'config', {
      LEVEL: { oneOf: ['debug', 'info'], default: 'info' }, WORKERS: { type: 'integer', default: 4 }, SITE: { type: 'url', default: 'https://example.com/a' },
      TIMEOUT: { type: 'duration', default: '30s' }, TRACING: false, NAME: 'shop', NOTE: { optional: true },
    });
    expectTypeOf(values).toEqualTypeOf<{
      readonly LEVEL: 'debug' | 'info'; readonly WORKERS: number; readonly SITE: URL; readonly TIMEOUT: Duration; readonly TRACING: boolean; readonly NAME: string; readonly NOTE: string | undefined;
    }>();
    expect(values.SITE.hostname).toBe('example.com');
    expect(values.TIMEOUT.toSeconds()).toBe(30);
    expect(values.WORKERS + 1).toBe(5);
    expect(values.NOTE).toBeUndefined();
  });
});

describe('Problems of configuration', () => {
  it('are told all at once, from every Config, with what no Config declares', () => {
    const run = () => synthesize((app) => {
      new Config(app, 'one', { A: {}, B: { type: 'integer' } });
      new Config(app, 'two', { C: { type: 'boolean', default: true } });
    }, { environments: { dev: { config: { B: 'many', C: 'no', D: 'x', CC: 1 } } } });
    expect(run).toThrow('5 values are missing or wrong\n  Config "one": A has no value in environment "dev"; set environments.dev.config.A, or give it a default\n');
    expect(run).toThrow(/B is "many".*\n.*"two": C is "no".*\n.*config\.D belongs to no Config.*\n.*config\.CC belongs to no Config; write C/);
  });

  it('stop a program that reads a value which is not there', () => {
    const config = new Config(new TwelveFactorApp('shop'), 'config', { PORT: { type: 'integer' } });
    expect(() => config.values.PORT).toThrow(/PORT has no value in environment "default"/);
  });

  it('point to the line of the Config', () => {
    const app = new TwelveFactorApp('shop');
    function declaredHere() {
      new Config(app, 'config', { A: {} });
      new Config(app, 'other', { B: {} });
    }
    declaredHere();
    const caught = (() => {
      try {
        return app.synthYaml();
      } catch (error) {
        return error as Error;
      }
    })();
    expect((caught as Error).stack).toContain('declaredHere');
    expect((caught as Error).stack).toMatch(/2 values are missing/);
  });
});

describe('A source of variables', () => {
  const envOf = (objects: readonly any[]) => objects.find(({ metadata }) => metadata.name === 'shop-web' && metadata).spec.template.spec.containers[0].env as readonly { readonly name: string; readonly value?: string }[];
  const namesOf = (objects: readonly any[]) => envOf(objects).map(({ name }) => name);
  const declared = { LOG_LEVEL: 'info', CURRENCY: 'EUR', WORKERS: 2 } as const;

  it('can give some of its variables, others left out, under other names or with a prefix', () => {
    const names = (take: (config: Config<typeof declared>) => VariableSource) =>
      namesOf(synthesize((app) => new Web(app, 'web', { image, port: 80, env: [take(new Config(app, 'config', declared))] })));
    expect(names((config) => config.pick('CURRENCY'))).toEqual(['CURRENCY']);
    expect(names((config) => config.omit('CURRENCY'))).toEqual(['LOG_LEVEL', 'WORKERS']);
    expect(names((config) => config.as({ LOG_LEVEL: 'LEVEL' }))).toEqual(['LEVEL', 'CURRENCY', 'WORKERS']);
    const optional = synthesize((app) => new Web(app, 'web', { image, port: 80, env: [new Config(app, 'config', { A: 'a', NOTE: { optional: true } }).as({ NOTE: 'N' })] }));
    expect(namesOf(optional)).toEqual(['A']);
    expect(names((config) => config.pick('WORKERS').prefixed('SHOP_'))).toEqual(['SHOP_WORKERS']);
    const secrets = synthesize((app) => new Web(app, 'web', { image, port: 80, env: [new Secrets(app, 'secrets', { A: SecretValue.generated(), B: SecretValue.command(['pass', 'b']) }).pick('B')] }));
    expect(namesOf(secrets)).toEqual(['B']);
    expect(JSON.parse(ofKind(secrets, 'Secret').metadata.annotations['twelve-factor.dev/secret-values']).B).toEqual({ command: { words: ['pass', 'b'], timeoutSeconds: 30 } });
  });

  it('refuses names that it does not have, and names that are no variable', () => {
    const build = (take: (config: Config) => unknown) => synthesize((app) => take(new Config(app, 'config', declared)));
    expect(() => build((config) => config.pick('LOG_LEVL'))).toThrow(/pick: there is no LOG_LEVL; it has: LOG_LEVEL, CURRENCY, WORKERS/);
    expect(() => build((config) => config.as({ LOG_LEVEL: 'log-level' }))).toThrow(/"log-level" is not a name of an environment variable/);
  });

  it('says how to solve that two give the same variable', () => {
    expect(() => synthesize((app) => new Web(app, 'web', { image, port: 80, env: [new Config(app, 'one', { A: '1' }), new Config(app, 'two', { A: '2' })] })))
      .toThrow(`Web "web": A comes from both "one" and "two"; leave one out with omit('A'), or rename it there with as({ A: '…' })`);
  });

});

import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { sortByKind } from '../../lib/apply/kind-order';
import { planObject } from '../../lib/apply/plan';
import { resolveSecret } from '../../lib/apply/secrets/resolve-secrets';

const live = {
  apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' },
  metadata: { name: 'x', resourceVersion: '7', generation: 1, managedFields: [{ manager: 'twelve', operation: 'Apply' as const, time: '2026-01-01T00:00:00Z' }] },
};
const manifest = { object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1' } } as KubeObject, source: 'x.yaml:1' };

describe('the plan of one object', () => {
  it('creates what is not there', () => {
    expect(planObject(manifest, undefined, undefined).action).toBe('create');
  });

  it('leaves alone what the dry run gives back as it is, whatever the server counts by itself', () => {
    const dryRun = { ...live, metadata: { ...live.metadata, resourceVersion: '8', managedFields: [{ ...live.metadata.managedFields[0], time: '2026-02-02T00:00:00Z' }] } };
    expect(planObject(manifest, live, dryRun)).toMatchObject({ action: 'unchanged', fields: [] });
  });

  it('names the fields that differ, never their values', () => {
    const dryRun = { ...live, data: { a: 'secret', b: '2' } };
    expect(planObject({ ...manifest, object: dryRun }, live, dryRun)).toMatchObject({ action: 'change', fields: ['data.a', 'data.b'] });
  });

  it('writes to become an owner of fields that somebody else has set to the same', () => {
    const foreign = { ...live, metadata: { ...live.metadata, managedFields: [{ manager: 'kubectl', operation: 'Update' as const }] } };
    expect(planObject(manifest, foreign, live)).toMatchObject({ action: 'change', fields: [] });
  });
});

it('objects are applied after what they need', () => {
  const kinds = ['Deployment', 'Service', 'Widget', 'ConfigMap', 'CustomResourceDefinition', 'Namespace'].map((kind) => ({ object: { kind } }));
  expect(sortByKind(kinds).map(({ object }) => object.kind)).toEqual(['Namespace', 'CustomResourceDefinition', 'ConfigMap', 'Service', 'Widget', 'Deployment']);
});

describe('values of a Secret', () => {
  const secret = (values: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', annotations: { 'twelve-factor.dev/secret-values': JSON.stringify(values) } } }) as KubeObject;
  const sources = { environment: { TOKEN: 'ß' }, readFile: () => Uint8Array.of(0, 255), generate: (length: number) => 'x'.repeat(length), runCommand: () => Promise.resolve(new Uint8Array()) };
  const dataOf = (object: KubeObject) => (object as { data?: Record<string, string> }).data;
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it('are generated once and kept afterwards', async () => {
    const wanted = secret({ password: { generate: { length: 20 } }, another: { generate: { length: 16 } } });
    const existing = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { password: base64('old') } };
    expect(dataOf(await resolveSecret(wanted, existing, sources))).toEqual({ password: base64('old'), another: base64('x'.repeat(16)) });
  });

  it('come from the environment and from files byte for byte', async () => {
    expect(dataOf(await resolveSecret(secret({ token: { environment: 'TOKEN' }, key: { file: 'k' } }), undefined, sources))).toEqual({ token: base64('ß'), key: 'AP8=' });
  });

  it('are put into a URL percent-encoded, wherever they come from', async () => {
    const wanted = secret({ url: { compose: ['redis://:', { key: 'password' }, '@cache:6379'] }, password: { environment: 'PASSWORD' } });
    const given = { ...sources, environment: { PASSWORD: 'a/b@c:d e%$(X)' } };
    expect(dataOf(await resolveSecret(wanted, undefined, given))?.url).toBe(base64('redis://:a%2Fb%40c%3Ad%20e%25%24(X)@cache:6379'));
    await expect(resolveSecret(secret({ url: { compose: [{ key: 'pass' }] }, password: { generate: { length: 16 } } }), undefined, sources)).rejects.toThrow(/url is composed of pass, which the Secret does not have; it has password/);
  });

  it('that cannot be had stop the apply, saying what to set', async () => {
    await expect(resolveSecret(secret({ token: { environment: 'MISSING' } }), undefined, sources)).rejects.toThrow(/environment variable MISSING, which is not set/);
  });
});

import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { runSecretCommand } from '../../lib/apply/secrets/run-secret-command';
import { versioned, withSecretVersions } from '../../lib/apply/secrets/secret-versions';

const secret = (data: Record<string, string>, version?: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop', ...(version && { annotations: { 'twelve-factor.dev/secret-version': version } }) }, data }) as KubeObject;
const versionOf = ({ metadata }: KubeObject) => metadata.annotations?.['twelve-factor.dev/secret-version'];

describe('the version of a Secret', () => {
  it('is new with the Secret and with each value that changes, and stays otherwise', () => {
    expect(versionOf(versioned(secret({ a: '1' }), undefined, () => 'new'))).toBe('new');
    expect(versionOf(versioned(secret({ a: '1' }), secret({ a: '1' }, 'old') as never, () => 'new'))).toBe('old');
    expect(versionOf(versioned(secret({ a: '2' }), secret({ a: '1' }, 'old') as never, () => 'new'))).toBe('new');
    expect(versionOf(versioned(secret({ a: '1', b: '1' }), secret({ a: '1' }) as never, () => 'new'))).toBe('new');
  });

  it('is missing where the Secret is older than versions: nothing is to roll because of that', () => {
    expect(versionOf(versioned(secret({ a: '1' }), secret({ a: '1' }) as never, () => 'new'))).toBeUndefined();
  });

  it('marks the pods that use it: variables, all variables, files and projected files', () => {
    const workload = (kind: string, spec: object) => ({ source: '', object: { apiVersion: 'apps/v1', kind, metadata: { name: 'w', namespace: 'shop' }, spec: { template: { spec } } } as KubeObject });
    const uses = [
      { containers: [{ name: 'x', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'a' } } }] }] },
      { containers: [], initContainers: [{ name: 'x', envFrom: [{ secretRef: { name: 's' } }] }] },
      { containers: [], volumes: [{ name: 'v', secret: { secretName: 's' } }] },
      { containers: [], volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's' } }] } }] },
    ];
    const manifests = [{ source: '', object: secret({}, 'v1') }, ...uses.map((spec) => workload('Deployment', spec)), workload('Deployment', { containers: [] }), workload('Job', uses[0])];
    const marks = withSecretVersions(manifests).slice(1).map(({ object }) => (object as any).spec.template.metadata?.annotations?.['twelve-factor.dev/secret-versions']);
    expect(marks).toEqual(['v1', 'v1', 'v1', 'v1', undefined, undefined]);
  });
});

describe('a command that gives a secret value', () => {
  const run = (words: readonly string[], seconds = 10) => runSecretCommand(words, seconds, { PATH: process.env.PATH, FROM: 'here' }, new AbortController().signal).then((bytes) => Buffer.from(bytes).toString());

  it('gets its words without a shell, and our environment', async () => {
    expect(await run(['printf', '%s', '$HOME; `id`'])).toBe('$HOME; `id`');
    expect(await run(['sh', '-c', 'echo $FROM'])).toBe('here\n');
  });

  it('that fails says why, and never what it printed', async () => {
    const failure = await run(['sh', '-c', 'echo geheim; echo "geheim is locked" >&2; exit 4']).catch((error: Error) => error.message);
    expect(failure).toBe('it ended with 4: *** is locked');
    await expect(run(['no-such-program'])).rejects.toThrow(/not installed/);
  });

  it('that hangs is ended, with what it has started', async () => {
    await expect(run(['sh', '-c', 'sleep 20; echo'], 1)).rejects.toThrow(/longer than 1 s/);
  });
});

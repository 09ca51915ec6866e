import { afterAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { expectInOrder } from '../harness/expect-in-order';

interface Config {
  readonly data?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}
const config = (name: string, { data = { a: '1' }, annotations, namespace }: Config = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(namespace && { namespace }), ...(annotations && { annotations }) }, data });
const account = (name: string, annotations?: Readonly<Record<string, string>>) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, ...(annotations && { annotations }) } });
const claim = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'no-such-class', resources: { requests: { storage: '1Mi' } } } });

describe.skipIf(!defaultKubectl)('what belongs to an application (skipped without kubectl)', () => {
  const { kubectl, write, namespace, try: attempt } = useApplication('ownership');
  const apply = (name: string, objects: readonly object[], ...flags: readonly string[]) => {
    write(`${name}.json`, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    return attempt(['apply', `${name}.json`, ...flags]);
  };
  const there = async (reference: string) => (await kubectl.try(['get', ...reference.split(' ')])).code === 0;
  const data = async (name: string) => JSON.parse(await kubectl(['get', 'configmap', name, '-o', 'jsonpath={.data}'])) as Readonly<Record<string, string>>;

  it('is not what another application has: that is refused, unless it is adopted', async () => {
    explainFailure(kubectl);
    expect((await apply('first', [config('shared')])).code).toBe(0);
    const refused = await apply('second', [config('shared', { data: { a: '2' } })]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('it belongs to the application first; choose another name, or take it over with --adopt') as string });
    expect(await data('shared')).toEqual({ a: '1' });
    expect((await apply('second', [config('shared', { data: { b: '2' } })], '--adopt')).code).toBe(0);
    expect(await data('shared')).toEqual({ b: '2' });
    // The first one does not remove what it has lost.
    expect((await apply('first', [config('own')], '--allow-prune-all')).code).toBe(0);
    expect(await there('configmap shared')).toBe(true);
  });

  it('is not what Helm or a controller has made', async () => {
    await kubectl('apply -f -', { input: JSON.stringify(config('helmed', { annotations: { 'meta.helm.sh/release-name': 'blog' } })) });
    expect((await apply('tools', [config('helmed')])).err).toContain('it belongs to the Helm release blog; choose another name, or take it over with --adopt');
    expect((await apply('tools', [config('helmed')], '--adopt')).code).toBe(0);
    expect(await kubectl('get configmap helmed -o jsonpath={.metadata.annotations}')).toBe('');
  });

  it('is what kubectl apply has made: by itself where the program says the same, as a whole with --adopt where not', async () => {
    const before = { data: { a: '1', b: '1' } };
    for (const name of ['same', 'other']) await kubectl('apply -f -', { input: JSON.stringify(config(name, before)) });
    expect((await apply('same', [config('same', before)])).code).toBe(0);
    expect((await apply('same', [config('same', { data: { a: '2' } })])).code).toBe(0); // nobody else owns anything of it any more
    expect(await data('same')).toEqual({ a: '2' });

    const refused = await apply('other', [config('other', { data: { a: '2' } })]);
    expect(refused.code).toBe(1);
    expectInOrder(refused.err, ['data.a: kubectl-client-side-apply has set 1, the program says 2', 'take over all that kubectl apply has set with --adopt']);
    expect(await attempt(['diff', 'other.json', '--adopt'])).toMatchObject({ code: 2, out: expect.stringMatching(/~ data\.a: 1 → 2\n {4}- data\.b: 1\n/) as string });
    expect((await apply('other', [config('other', { data: { a: '2' } })], '--adopt')).code).toBe(0);
    expect(await data('other')).toEqual({ a: '2' });
    expect(await kubectl('get configmap other --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}')).toBe('twelve');
    expect((await apply('other', [config('other', { data: { a: '2' } })])).out).toContain('nothing had to change');
  });

  it('goes when it has left the program, but for data, for what is kept, and for what has changed hands', async () => {
    explainFailure(kubectl);
    const all = [account('stays'), account('goes'), account('kept', { 'twelve-factor.dev/keep': 'true' }), account('asked'), account('given'), claim('data')];
    expect((await apply('pruned', all, '--timeout', '0')).code).toBe(0);
    await kubectl('label serviceaccount given twelve-factor.dev/app=somebody --overwrite');
    const { code, out, err } = await apply('pruned', [account('stays')], '--keep', 'ServiceAccount/asked');
    expect(code, err).toBe(0);
    expect(out).toMatch(/prune {4}- ServiceAccount goes\n/);
    expect(out.match(/^keep .*$/gm)?.sort()).toEqual([
      'keep     PersistentVolumeClaim data: it has data; remove it with kubectl delete when that is not needed any more', 'keep     ServiceAccount asked: this time; the next apply without --keep removes it', 'keep     ServiceAccount kept: twelve-factor.dev/keep',
    ]);
    expect((await kubectl('get serviceaccounts,persistentvolumeclaims -o name')).split('\n').filter((name) => !/\/default$/.test(name)).filter(Boolean).sort())
      .toEqual(['persistentvolumeclaim/data', 'serviceaccount/asked', 'serviceaccount/given', 'serviceaccount/kept', 'serviceaccount/stays']);
    expect((await apply('pruned', [account('stays')])).out).toMatch(/prune {4}- ServiceAccount asked\n/);
  });

  it('does not go when nothing of it is left in the program: that is taken for another program', async () => {
    expect((await apply('guarded', [account('one'), account('two')])).code).toBe(0);
    const refused = await apply('guarded', [account('three')]);
    expect(refused.code).toBe(1);
    expectInOrder(refused.err, ['nothing that guarded had is in what is applied now, so all of it would be removed: ', 'say --allow-prune-all']);
    expect(await there('serviceaccount one')).toBe(true);
    expect(await there('serviceaccount three')).toBe(false);
    write('empty.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }));
    expect((await attempt(['apply', 'empty.json'])).code).toBe(1);
    expect((await apply('guarded', [account('three')], '--allow-prune-all')).code).toBe(0);
    expect(await there('serviceaccount one')).toBe(false);
  });

  describe('with a namespace of its own', () => {
    const own = `${namespace}-own`;
    afterAll(() => kubectl.try(['delete', 'namespace', own, '--ignore-not-found', '--timeout=60s']));

    it('makes it first, keeps it when it leaves the program, and removes it with the application', async () => {
      explainFailure(kubectl);
      const inside = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: own } }, config('inside', { namespace: own })];
      const first = await apply('spaced', [...inside].reverse());
      expect(first.code, first.err).toBe(0);
      expect(await there(`configmap inside -n ${own}`)).toBe(true);
      const { code, out } = await apply('spaced', [config('inside', { namespace: own })]);
      expect(code).toBe(0);
      expect(out).toContain(`keep     Namespace ${own}`);
      expect((await apply('spaced', inside)).code).toBe(0);
      expect((await attempt(['delete', 'spaced.json'])).code).toBe(0);
      expect(await there(`namespace ${own}`)).toBe(false);
    });
  });
});

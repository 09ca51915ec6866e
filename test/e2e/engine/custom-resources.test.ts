import { afterAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';

describe.skipIf(!defaultKubectl)('custom resources (skipped without kubectl)', () => {
  const { kubectl, write, namespace, try: attempt } = useApplication('custom');
  const group = `${namespace}.example.com`;
  const definition = (plural: string, kind: string, annotations: object = {}) => ({
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.${group}`, annotations },
    spec: { group, scope: 'Namespaced', names: { plural, kind }, versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] },
  });
  const objects = [
    { apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name: 'by-phase' }, spec: { size: 1 } },
    { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'by-condition' }, spec: { size: 1 } },
    definition('widgets', 'Widget'), definition('gadgets', 'Gadget', { 'twelve-factor.dev/ready-when': '.status.phase=Running', 'twelve-factor.dev/failed-when': '.status.phase=Broken' }),
  ];
  afterAll(() => kubectl.try(['delete', 'crd', `widgets.${group}`, `gadgets.${group}`, '--ignore-not-found']));

  /** The controller that a cluster would have. */
  const status = (reference: string, text: object) => eventually(reference, async () => (await kubectl.try(['patch', reference, '--subresource', 'status', '--type', 'merge', '-p', JSON.stringify({ status: text })])).code === 0);
  const apply = (flags: readonly string[] = [], size = 1) => {
    write('main.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.map((object) => ('size' in object.spec ? { ...object, spec: { size } } : object)) }));
    return attempt(['apply', 'main.json', ...flags]);
  };

  it('come after their definitions, and are ready by their conditions, or by the rule of their definition', async () => {
    explainFailure(kubectl);
    const applying = apply();
    await status(`widgets.${group}/by-condition`, { conditions: [{ type: 'Ready', status: 'False', reason: 'Booting', message: 'a moment' }] });
    await status(`gadgets.${group}/by-phase`, { phase: 'Starting' });
    await status(`widgets.${group}/by-condition`, { conditions: [{ type: 'Ready', status: 'True', reason: 'Up', message: '' }] });
    await status(`gadgets.${group}/by-phase`, { phase: 'Running' });
    const { code, out, err } = await applying;
    expect(code, err).toBe(0);
    expect(out).toMatch(/done {5}release 1, 4 objects applied/);
    expect((await apply()).out).toContain('nothing had to change');
  });

  it('that do not get ready are named with what their status says', async () => {
    await status(`widgets.${group}/by-condition`, { conditions: [{ type: 'Ready', status: 'False', reason: 'NoSpace', message: 'the disk is full' }] });
    const waiting = await apply(['--timeout', '15s'], 2);
    expect(waiting.code).toBe(1);
    expect(waiting.err).toContain('Widget by-condition is not ready: NoSpace: the disk is full');
    await status(`gadgets.${group}/by-phase`, { phase: 'Broken' });
    const broken = await apply([], 2);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('Gadget by-phase is not ready: .status.phase=Broken');
    await Promise.all([status(`gadgets.${group}/by-phase`, { phase: 'Running' }), status(`widgets.${group}/by-condition`, { conditions: [{ type: 'Ready', status: 'True' }] })]);
    expect((await apply([], 2)).code).toBe(0);
  });
});

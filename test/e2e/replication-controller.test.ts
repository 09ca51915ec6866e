import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { FOREVER, shellPod } from './harness/objects';
import { templateOf, tryCondition, WorkloadCases } from './harness/workloads';

describe.skipIf(!defaultKubectl)('ReplicationController and ReplicaSet (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('replicas');
  const cases = new WorkloadCases(kubectl);
  const kinds = [
    { kind: 'ReplicationController', name: 'older', object: { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'older' }, spec: { replicas: 2, template: templateOf('older') } } },
    { kind: 'ReplicaSet', name: 'newer', object: { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'newer' }, spec: { replicas: 2, selector: { matchLabels: { app: 'newer' } }, template: templateOf('newer') } } },
  ] as const;
  beforeAll(() => cases.apply(...kinds.map(({ object }) => object)));
  const ready = (kind: string, name: string, count: number) => cases.until(kind, name, `${count} are ready`, ({ status }) => (status['readyReplicas'] ?? 0) === count && status['replicas'] === count);
  const ownerOf = async (pod: string) => kubectl(['get', 'pod', pod, '-o', 'jsonpath={.metadata.ownerReferences[*].name}']);

  it.each(kinds)('$kind keeps as many pods as it is asked for', async ({ kind, name }) => {
    explainFailure(kubectl);
    const { status, metadata } = await ready(kind, name, 2);
    expect(status).toEqual({ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: metadata.generation });
    const [pod] = await cases.podNames(name);
    await kubectl(`delete pod ${pod}`);
    await ready(kind, name, 2);
    expect(await cases.podNames(name)).not.toContain(pod);
    const created = async () => (await cases.events(kind, name)).filter((event) => event.startsWith(`Normal SuccessfulCreate Created pod: ${name}-`));
    await eventually('a third pod is made', async () => (await created()).length >= 3);
    await ready(kind, name, 2);
    expect(await created()).toHaveLength(3);
  });

  it.each(kinds)('$kind lets a pod go whose labels change, and takes one in whose labels fit', async ({ kind, name }) => {
    explainFailure(kubectl);
    const [released] = await cases.podNames(name);
    await kubectl(`label pod ${released} app=${name}-out --overwrite`);
    await eventually('it is let go', async () => await ownerOf(released) === '');
    await ready(kind, name, 2);
    await kubectl(`scale ${kind}/${name} --replicas=3`);
    await ready(kind, name, 3);
    await kubectl(['create', '-f', '-'], { input: JSON.stringify(shellPod(`${name}-stray`, FOREVER, { metadata: { labels: { app: name } } })) });
    await eventually('there are three again', async () => (await cases.podNames(name)).length === 3);
    await cases.untilEvent(kind, name, new RegExp(`^Normal SuccessfulDelete Deleted pod: ${name}-`));
  });

  it.each(kinds)('$kind takes the pod away first that costs least', async ({ kind, name }) => {
    explainFailure(kubectl);
    await eventually('all of them are ready', async () => (await cases.pods(name)).filter(({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')).length === 3);
    const [, cheap] = await cases.podNames(name);
    await kubectl(`annotate pod ${cheap} controller.kubernetes.io/pod-deletion-cost=-100`);
    await kubectl(`scale ${kind}/${name} --replicas=2`);
    await ready(kind, name, 2);
    expect(await cases.podNames(name)).not.toContain(cheap);
  });

  it.each(kinds)('$kind leaves its pods to the next one when only it is deleted', async ({ kind, name, object }) => {
    explainFailure(kubectl);
    const before = await cases.podNames(name);
    await kubectl(`delete ${kind} ${name} --cascade=orphan`);
    expect(await Promise.all(before.map(ownerOf))).toEqual(['', '']);
    await cases.apply(object);
    await ready(kind, name, 2);
    expect(await cases.podNames(name)).toEqual(before);
    expect(await Promise.all(before.map(ownerOf))).toEqual([name, name]);
  });

  it.each(kinds)('$kind takes its pods with it', async ({ kind, name }) => {
    await kubectl(`delete ${kind} ${name} --cascade=foreground --timeout=180s`);
    expect(await cases.pods(name)).toEqual([]);
  });

  it.each(kinds)('$kind says that its pods are refused', async ({ kind, name }) => {
    explainFailure(kubectl);
    const limited = name === 'older' ? { apiVersion: 'v1', spec: {} } : { apiVersion: 'apps/v1', spec: { selector: { matchLabels: { app: 'limited' } } } };
    await cases.apply({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small' }, spec: { limits: [{ type: 'Container', max: { memory: '10Mi' } }] } });
    const template = templateOf('limited', 'true', { container: { resources: { limits: { memory: '1Gi' } } } });
    await cases.apply({ apiVersion: limited.apiVersion, kind, metadata: { name: 'limited' }, spec: { replicas: 1, ...limited.spec, template } });
    const found = await cases.until(kind, 'limited', 'it says so', (object) => tryCondition(object, 'ReplicaFailure'));
    expect(tryCondition(found, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate', message: expect.stringContaining('maximum memory usage per Container is 10Mi, but limit is 1Gi') });
    await cases.untilEvent(kind, 'limited', /^Warning FailedCreate Error creating: pods "limited-\w+" is forbidden: maximum memory usage per Container is 10Mi, but limit is 1Gi/);
    await kubectl(`delete ${kind} limited`);
    await kubectl('delete limitrange small');
  });
});

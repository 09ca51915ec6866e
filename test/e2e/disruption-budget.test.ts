import { describe, expect, it } from 'vitest';
import type { Pod, PodDisruptionBudget } from '../../lib/api/types';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { list } from './harness/objects';
import { conditionOf, PodCases, podOf, stays } from './harness/pods';
import { readyByFile } from './harness/workloads';

const specOf = (spec: Parameters<typeof podOf>[1]) => (podOf('template', spec) as { readonly spec: object }).spec;
const VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget.";

describe.skipIf(!defaultKubectl)('disruption budgets', () => {
  const { kubectl, namespace } = useNamespace('budgets');
  const pods = new PodCases(kubectl);
  const budget = (name: string, spec: object) => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec });
  const get = async (name: string) => JSON.parse(await kubectl(`get pdb ${name} -o json`)) as PodDisruptionBudget;
  const until = (name: string, wanted: object) => eventually(`${name} has ${JSON.stringify(wanted)}`, async () => {
    const { status } = await get(name);
    expect(status).toMatchObject(wanted);
    return true;
  });
  const evict = (name: string, more: object = {}) => kubectl.try(['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, ...more }),
  });
  const deployment = (name: string, replicas: number, container: object) => ({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: specOf({ containers: [container] }) } },
  });
  /** Without those that end: a budget says nothing about them. */
  const podsOf = async (app: string) => {
    const { items } = JSON.parse(await kubectl(`get pods -l app=${app} -o json`)) as { readonly items: readonly Pod[] };
    return items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name ?? '');
  };
  /** The pods of `web` get ready by this alone, so that none takes the place of an evicted one unasked. */
  const makeReady = (count: number) => eventually(`${count} pods of web are told to be ready`, async () => {
    const names = await podsOf('web');
    for (const name of names) await pods.exec(name, 'touch /tmp/ready');
    return names.length === count;
  });

  it('count the pods of a Deployment by number and by percentage, and follow its scale', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list(
      deployment('web', 3, stays('true', readyByFile)),
      budget('most', { selector: { matchLabels: { app: 'web' } }, maxUnavailable: '34%' }),
      budget('two', { selector: { matchLabels: { app: 'web' } }, minAvailable: 2 }),
      budget('half', { selector: { matchLabels: { app: 'web' } }, minAvailable: '50%' }),
      budget('nobody', { selector: { matchLabels: { app: 'nobody' } }, maxUnavailable: 1 }),
    ) });
    await makeReady(3);
    await until('two', { currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1, expectedPods: 3 });
    await until('most', { desiredHealthy: 1, disruptionsAllowed: 2, expectedPods: 3 }); // 34 % of 3 are 1.02, rounded up
    await until('half', { desiredHealthy: 2, disruptionsAllowed: 1 });
    await until('nobody', { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 });
    expect((await get('two')).status?.conditions).toMatchObject([{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', observedGeneration: 1 }]);
    await eventually('an empty budget says so', async () => (await kubectl('get events --field-selector reason=NoPods,involvedObject.name=nobody')).includes('No matching pods found'));
    expect(await kubectl('get pdb two --no-headers')).toMatch(/two +2 +N\/A +1 /);
    await kubectl('scale deployment web --replicas=2');
    await until('two', { currentHealthy: 2, desiredHealthy: 2, disruptionsAllowed: 0, conditions: [{ status: 'False', reason: 'InsufficientPods' }] });
    await kubectl('delete pdb --all');
  });

  it('let as many pods be evicted as they allow, and refuse the next with what they need and have', async () => {
    explainFailure(kubectl);
    await kubectl('scale deployment web --replicas=3');
    await makeReady(3);
    await kubectl('apply -f -', { input: list(budget('web', { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 })) });
    await until('web', { currentHealthy: 3, disruptionsAllowed: 1 });
    const [first, second] = await podsOf('web');
    expect((await evict(first, { deleteOptions: { dryRun: ['All'] } })).code).toBe(0);
    expect((await get('web')).status).toMatchObject({ disruptionsAllowed: 1 });
    const [one, other] = await Promise.all([evict(first), evict(second)]);
    const refused = one.code === 0 ? other : one;
    expect([one.code === 0, other.code === 0].filter(Boolean)).toHaveLength(1);
    expect(refused.err).toContain(VIOLATED);
    await makeReady(3);
    await until('web', { currentHealthy: 3, disruptionsAllowed: 1 });
    expect((await get('web')).status?.disruptedPods ?? {}).toEqual({});
  });

  it('say in the answer why: the cause, and what is missing', async () => {
    explainFailure(kubectl);
    await kubectl(['patch', 'pdb', 'web', '--type=merge', '-p', '{"spec":{"maxUnavailable":0}}']);
    await until('web', { disruptionsAllowed: 0, observedGeneration: 2 });
    const [name] = await podsOf('web');
    const { err } = await kubectl.try(['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-', '-v=8'], { input: JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } }) });
    expect(err).toContain('"reason":"TooManyRequests"');
    expect(err).toContain('{"reason":"DisruptionBudget","message":"The disruption budget web needs 3 healthy pods and has 3 currently"}');
    expect(err).toContain('"code":429');
    await kubectl('delete pdb web');
    expect((await evict(name)).code).toBe(0);
    await kubectl('delete deployment web');
  });

  it('an evicted pod says by whom it is disrupted while it ends', async () => {
    explainFailure(kubectl);
    await pods.create(podOf('slow', { terminationGracePeriodSeconds: 120, containers: [{ command: ['sh', '-c', 'trap : TERM; until [ -e /tmp/seen ]; do sleep 0.1; done'] }] }));
    await pods.running('slow');
    expect((await evict('slow')).code).toBe(0);
    const pod = await pods.until('slow', 'is marked', (candidate) => conditionOf(candidate, 'DisruptionTarget'));
    expect(conditionOf(pod, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' });
    expect(pod.metadata.deletionTimestamp).toBeDefined();
    await pods.exec('slow', 'touch /tmp/seen');
  });

  it('guard pods that are not ready only while too few others are; AlwaysAllow never guards them', async () => {
    explainFailure(kubectl);
    const unready = stays('true', { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } });
    await kubectl('apply -f -', { input: list(deployment('sick', 1, unready), budget('sick', { selector: { matchLabels: { app: 'sick' } }, minAvailable: 1 })) });
    await eventually('the sick pod runs', async () => (await kubectl(['get', 'pods', '-l', 'app=sick', '-o', 'jsonpath={.items[*].status.phase}'])) === 'Running');
    await until('sick', { currentHealthy: 0, desiredHealthy: 1, disruptionsAllowed: 0 });
    const [name] = await podsOf('sick');
    expect((await evict(name)).err).toContain(VIOLATED); // IfHealthyBudget, the default: too few are healthy
    await kubectl(['patch', 'pdb', 'sick', '--type=merge', '-p', '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}']);
    expect((await evict(name)).code).toBe(0);
    await kubectl('delete deployment sick');
    await kubectl('delete pdb sick');
  });

  it('that cannot count their pods allow nothing and say why', async () => {
    explainFailure(kubectl);
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec: { template: { metadata: { labels: { app: 'work' } }, spec: specOf({ restartPolicy: 'Never', containers: [stays('true')] }) } } };
    await kubectl('apply -f -', { input: list(job, budget('work', { selector: { matchLabels: { app: 'work' } }, maxUnavailable: 1 })) });
    await until('work', { disruptionsAllowed: 0, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'jobs.batch does not implement the scale subresource' }] });
    await eventually('an event tells it', async () => (await kubectl('get events --field-selector reason=CalculateExpectedPodCountFailed')).includes('Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource'));
    const [name] = await podsOf('work');
    await pods.running(name);
    expect((await evict(name)).err).toContain(VIOLATED);
    await kubectl('delete pdb work');
    await kubectl('delete job work');
  });

  it('two for one pod are more than evictions support', async () => {
    explainFailure(kubectl);
    await pods.create(podOf('twice', {}, { labels: { app: 'twice' } }), budget('one', { selector: { matchLabels: { app: 'twice' } }, minAvailable: 0 }), budget('more', { selector: { matchLabels: { app: 'twice' } }, minAvailable: 0 }));
    await pods.running('twice');
    expect((await evict('twice')).err).toContain('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
    await kubectl('delete pdb one more');
    await kubectl('delete pod twice --wait=false');
  });
});

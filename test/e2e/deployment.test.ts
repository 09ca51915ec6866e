import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { neverReady, templateOf, tryCondition, WorkloadCases } from './harness/workloads';

const deployment = (name: string, spec: object = {}, container: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: 1, selector: { matchLabels: { app: name } }, ...spec, template: templateOf(name, undefined, { container }) },
});
const version = (value: string, more: object = {}) => ({ spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'VERSION', value }], ...more }] } } } });

describe.skipIf(!defaultKubectl)('Deployment (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('deployment');
  const cases = new WorkloadCases(kubectl);
  const rolledOut = (name: string) => kubectl(`rollout status deployment/${name} --timeout=180s`);
  const change = (name: string, value: string, more: object = {}) => cases.patch('deployment', name, version(value, more), 'strategic');
  const versionOf = (name: string) => kubectl(['get', 'deployment', name, '-o', 'jsonpath={.spec.template.spec.containers[0].env[0].value}']);
  const setSizes = async (name: string) => {
    const { items } = JSON.parse(await kubectl(['get', 'replicasets', '-l', `app=${name}`, '-o', 'json'])) as { readonly items: readonly { readonly metadata: { readonly annotations: Readonly<Record<string, string>> }; readonly spec: { readonly replicas: number } }[] };
    return Object.fromEntries(items.map(({ metadata, spec }) => [metadata.annotations['deployment.kubernetes.io/revision'], spec.replicas]));
  };
  beforeAll(() => cases.apply(
    deployment('recreate', { strategy: { type: 'Recreate' } }),
    deployment('percent', { replicas: 4, strategy: { rollingUpdate: { maxSurge: '50%', maxUnavailable: '25%' } } }),
    deployment('paused', { paused: true }),
    deployment('stuck', { progressDeadlineSeconds: 3 }, neverReady),
    deployment('patient', { minReadySeconds: 4 }),
    deployment('history', { revisionHistoryLimit: 2 }),
  ));

  it('makes all new pods only after all old ones have ended, if it recreates', async () => {
    explainFailure(kubectl);
    await rolledOut('recreate');
    const [old] = await cases.podNames('recreate');
    await change('recreate', '2');
    const seen: string[] = [];
    await eventually('the new pod is alone', async () => {
      const running = (await cases.pods('recreate')).filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed'); // what has ended may still be there
      const names = running.map(({ metadata }) => metadata.name ?? '');
      seen.push(names.join(' '));
      return names.length === 1 && names[0] !== old;
    });
    expect(seen.filter((names) => names.includes(' '))).toEqual([]);
    await rolledOut('recreate');
    await eventually('the last event is there', async () => (await cases.events('Deployment', 'recreate')).filter((event) => event.includes('ScalingReplicaSet')).length > 2);
    const scaling = (await cases.events('Deployment', 'recreate')).filter((event) => event.includes('ScalingReplicaSet')).map((event) => event.replace(/recreate-\w+/, 'SET'));
    expect(scaling[1]).toBe('Normal ScalingReplicaSet Scaled down replica set SET to 0 from 1');
    expect(scaling[2]).toMatch(/^Normal ScalingReplicaSet Scaled up replica set SET to 1/);
  });

  it('goes beyond its size and below it as far as its percentages say', async () => {
    explainFailure(kubectl);
    await rolledOut('percent');
    await change('percent', 'broken', neverReady);
    await eventually('the update waits', async () => JSON.stringify(await setSizes('percent')) === '{"1":3,"2":3}');
    const { status } = await cases.until('deployment', 'percent', 'it has counted', (found) => found.status['replicas'] === 6 && found.status['unavailableReplicas'] === 3);
    expect(status).toMatchObject({ replicas: 6, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, unavailableReplicas: 3 });
    expect(tryCondition({ status } as never, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' });
    await kubectl('rollout undo deployment/percent');
    await rolledOut('percent');
    expect(await setSizes('percent')).toEqual({ 2: 0, 3: 4 });
  });

  it('changes nothing while it is paused, and everything at once when it is resumed', async () => {
    explainFailure(kubectl);
    const waits = await cases.until('deployment', 'paused', 'it says so', (found) => tryCondition(found, 'Progressing'));
    expect(tryCondition(waits, 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' });
    await change('paused', '2');
    await change('paused', '3');
    await cases.until('deployment', 'paused', 'it was looked at', ({ status, metadata }) => status['observedGeneration'] === metadata.generation);
    expect(await setSizes('paused')).toEqual({});
    await kubectl('rollout resume deployment/paused');
    await rolledOut('paused');
    expect(await setSizes('paused')).toEqual({ 1: 1 });
    await kubectl('rollout pause deployment/paused');
    await kubectl('scale deployment/paused --replicas=2');
    await cases.until('deployment', 'paused', 'it is scaled all the same', ({ status }) => status['availableReplicas'] === 2);
  });

  it('says that it does not get on within its deadline', async () => {
    explainFailure(kubectl);
    const found = await cases.until('deployment', 'stuck', 'its deadline has passed', (object) => tryCondition(object, 'Progressing')?.status === 'False');
    expect(tryCondition(found, 'Progressing')).toMatchObject({ reason: 'ProgressDeadlineExceeded', message: expect.stringMatching(/^ReplicaSet "stuck-\w+" has timed out progressing\.$/) });
    expect(tryCondition(found, 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' });
    const { code, err } = await kubectl.try('rollout status deployment/stuck --timeout=30s');
    expect([code, err]).toEqual([1, 'error: deployment "stuck" exceeded its progress deadline\n']);
  });

  it('counts a pod as available only some time after it is ready', async () => {
    explainFailure(kubectl);
    await kubectl('rollout restart deployment/patient');
    await rolledOut('patient');
    const [pod] = (await cases.pods('patient')).filter(({ metadata }) => !metadata.deletionTimestamp);
    const ready = Date.parse(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '');
    const progressed = tryCondition(await cases.get('deployment', 'patient'), 'Progressing') as { readonly reason?: string; readonly lastUpdateTime?: string } | undefined;
    expect(progressed?.reason).toBe('NewReplicaSetAvailable');
    expect(Date.parse(progressed?.lastUpdateTime ?? '') - ready).toBeGreaterThanOrEqual(4000);
  });

  it('keeps as many old versions as it is told, shows them, and goes back to any of them', async () => {
    explainFailure(kubectl);
    await rolledOut('history');
    for (const value of ['2', '3', '4']) {
      await change('history', value);
      await kubectl(`annotate deployment history kubernetes.io/change-cause=version-${value} --overwrite`);
      await rolledOut('history');
    }
    await eventually('the oldest is gone', async () => JSON.stringify(await setSizes('history')) === '{"2":0,"3":0,"4":1}');
    expect(await kubectl('rollout history deployment/history')).toMatch(/REVISION +CHANGE-CAUSE\n2 +version-2\n3 +version-3\n4 +version-4/);
    expect(await kubectl('rollout history deployment/history --revision=3')).toMatch(/VERSION:\s+3/);
    await kubectl('rollout undo deployment/history --to-revision=2');
    await rolledOut('history');
    expect([await versionOf('history'), await setSizes('history')]).toEqual(['2', { 3: 0, 4: 0, 5: 1 }]);
    const { metadata } = await cases.get('deployment', 'history');
    expect(metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '5' });
  });
});

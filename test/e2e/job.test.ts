import { beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../lib/api/types';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { FOREVER } from './harness/objects';
import { templateOf, tryCondition, WorkloadCases } from './harness/workloads';

const job = (name: string, script: string, spec: object = {}, pod: object = {}) => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: templateOf(name, script, { spec: { restartPolicy: 'Never', ...pod } }), ...spec },
});
const config = (name: string, mode: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { mode } });
const failOn = (action: string, values: readonly number[]) => ({ podFailurePolicy: { rules: [{ action, onExitCodes: { containerName: 'main', operator: 'In', values } }] } });
const indexOf = ({ metadata }: Pod) => metadata.annotations?.['batch.kubernetes.io/job-completion-index'];

/** They run beside each other from the beginning; each case waits for its own. */
const jobs = [
  job('parallel', 'sleep 1', { completions: 3, parallelism: 2 }),
  job('indexed', 'echo $JOB_COMPLETION_INDEX on $(hostname)', { completions: 3, parallelism: 3, completionMode: 'Indexed' }),
  job('queue', 'if [ -e /etc/mode/mode ]; then sleep 600; fi', { parallelism: 2 }),
  job('failing', 'exit 3', { backoffLimit: 1 }),
  job('restarting', 'exit 3', { backoffLimit: 1 }, { restartPolicy: 'OnFailure' }),
  job('slow', FOREVER, { activeDeadlineSeconds: 2 }),
  job('forgotten', 'true', { ttlSecondsAfterFinished: 1 }),
  job('waiting', 'true', { suspend: true }),
  job('interrupted', FOREVER, { parallelism: 2, completions: 2 }),
  job('elastic', FOREVER, { parallelism: 3, completions: 3, completionMode: 'Indexed' }),
  job('hopeless', 'exit 42', { backoffLimit: 6, ...failOn('FailJob', [42]) }),
  config('mode', 'fail'),
  job('evicted', 'trap "exit 1" TERM; while true; do sleep 0.2; done', { backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] } }),
  { ...job('selecting', 'true', { manualSelector: true, selector: { matchLabels: { app: 'selecting' } } }) },
];

describe.skipIf(!defaultKubectl)('Job (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('job');
  const cases = new WorkloadCases(kubectl);
  beforeAll(async () => {
    await cases.apply(...jobs);
  });

  it('runs as many pods as it needs, not more at once than parallelism, and counts each once', async () => {
    explainFailure(kubectl);
    let most = 0;
    const done = await cases.until('job', 'parallel', 'is complete', (found) => {
      most = Math.max(most, Number(found.status['active'] ?? 0));
      return tryCondition(found, 'Complete')?.status === 'True';
    });
    expect(most).toBeLessThanOrEqual(2);
    expect(done.status).toMatchObject({ succeeded: 3, ready: 0, uncountedTerminatedPods: {} });
    expect(done.status['active']).toBeUndefined();
    expect(done.status['completionTime']).toBeDefined();
    const pods = await cases.pods('parallel');
    expect(pods).toHaveLength(3);
    for (const { metadata } of pods) {
      const uid = done.metadata.uid;
      expect(metadata.labels).toEqual({ 'app': 'parallel', 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': 'parallel', 'controller-uid': uid, 'job-name': 'parallel' });
    }
    await cases.untilEvent('Job', 'parallel', 'Normal Completed Job completed');
    expect((await cases.events('Job', 'parallel')).filter((event) => /^Normal SuccessfulCreate Created pod: parallel-\w{5}$/.test(event))).toHaveLength(3);
    await eventually('no pod is held by the finalizer', async () => (await cases.pods('parallel')).every(({ metadata }) => !metadata.finalizers?.length));
  });

  it('gives each pod of an indexed Job its index as variable, annotation, label, host name and part of its name', async () => {
    explainFailure(kubectl);
    await cases.condition('job', 'indexed', 'Complete');
    expect((await cases.get('job', 'indexed')).status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
    const pods = [...await cases.pods('indexed')].sort((a, b) => (indexOf(a) ?? '').localeCompare(indexOf(b) ?? ''));
    expect(pods.map(indexOf)).toEqual(['0', '1', '2']);
    for (const [index, { metadata: { name = '', labels }, spec }] of pods.entries()) {
      expect([name.replace(/\w{5}$/, ''), spec.hostname, labels?.['batch.kubernetes.io/job-completion-index']]).toEqual([`indexed-${index}-`, `indexed-${index}`, String(index)]);
      expect(await kubectl(['logs', name])).toBe(`${index} on indexed-${index}\n`);
    }
  });

  it('without a number of completions is complete when one pod succeeded and the others ended', async () => {
    await cases.condition('job', 'queue', 'Complete');
    const { status, spec } = await cases.get('job', 'queue');
    expect(spec['completions']).toBeUndefined();
    expect(status).toMatchObject({ succeeded: 2 });
  });

  it('tries again after a failure, later each time, and gives up beyond the backoff limit', async () => {
    explainFailure(kubectl);
    expect(await cases.condition('job', 'failing', 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' });
    const { status } = await cases.get('job', 'failing');
    expect(status['failed']).toBe(2);
    expect(status.conditions?.map(({ type }) => type)).toEqual(['Failed']);
    const [first, second] = [...await cases.pods('failing')].sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''));
    const ended = first.status?.containerStatuses?.[0].state?.terminated?.finishedAt ?? '';
    expect(Date.parse(second.metadata.creationTimestamp ?? '') - Date.parse(ended)).toBeGreaterThanOrEqual(9000);
    await cases.untilEvent('Job', 'failing', 'Warning BackoffLimitExceeded Job has reached the specified backoff limit');
  });

  it('counts restarts within the pod where the pod restarts its containers', async () => {
    explainFailure(kubectl);
    expect(await cases.condition('job', 'restarting', 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded' });
    expect((await cases.events('Job', 'restarting')).filter((event) => event.includes('SuccessfulCreate'))).toHaveLength(1);
    await cases.untilEvent('Job', 'restarting', /^Normal SuccessfulDelete Deleted pod: restarting-/);
  });

  it('ends its pods at its deadline', async () => {
    explainFailure(kubectl);
    expect(await cases.condition('job', 'slow', 'Failed')).toMatchObject({ reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' });
    expect((await cases.get('job', 'slow')).status).toMatchObject({ failed: 1 });
    await eventually('its pod is gone', async () => (await cases.pods('slow')).length === 0);
    await cases.untilEvent('Job', 'slow', /^Normal SuccessfulDelete Deleted pod: slow-/);
    await cases.untilEvent('Job', 'slow', 'Warning DeadlineExceeded Job was active longer than specified deadline');
  });

  it('goes away with its pods some time after its end, if it says so', async () => {
    await eventually('the Job and its pods are gone', async () => (await kubectl('get jobs,pods -l batch.kubernetes.io/job-name=forgotten -o name')) === '' && (await kubectl.try('get job forgotten')).code !== 0);
  });

  it('starts nothing while it is suspended, takes another place to run, and begins its time when it is resumed', async () => {
    explainFailure(kubectl);
    expect(await cases.condition('job', 'waiting', 'Suspended')).toMatchObject({ reason: 'JobSuspended', message: 'Job suspended' });
    expect(await cases.pods('waiting')).toEqual([]);
    expect((await cases.get('job', 'waiting')).status['startTime']).toBeUndefined();
    const template = { spec: { tolerations: [{ key: 'waiting', operator: 'Exists' }] } };
    await cases.patch('job', 'waiting', { spec: { template } });
    await cases.patch('job', 'waiting', { spec: { suspend: false } });
    await cases.condition('job', 'waiting', 'Complete');
    const { status } = await cases.get('job', 'waiting');
    expect(tryCondition({ status } as never, 'Suspended')).toMatchObject({ status: 'False', reason: 'JobResumed', message: 'Job resumed' });
    expect((await cases.pods('waiting'))[0].spec.tolerations).toContainEqual({ key: 'waiting', operator: 'Exists' });
    for (const event of ['Normal Suspended Job suspended', 'Normal Resumed Job resumed']) await cases.untilEvent('Job', 'waiting', event);
    expect((await kubectl.try(['patch', 'job', 'waiting', '-p', JSON.stringify({ spec: { template: { spec: { nodeSelector: { a: 'b' } } } } })])).err).toMatch(/spec\.template: Invalid value.*field is immutable/s);
  });

  it('takes its pods away when it is suspended, which is no failure, and makes new ones when it is resumed', async () => {
    explainFailure(kubectl);
    await cases.until('job', 'interrupted', 'two pods run', ({ status }) => status['ready'] === 2);
    const { startTime } = (await cases.get('job', 'interrupted')).status;
    const [held] = await cases.pods('interrupted');
    expect(held.metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
    await cases.patch('job', 'interrupted', { spec: { suspend: true } });
    await eventually('its pods are gone', async () => (await cases.pods('interrupted')).length === 0);
    const suspended = await cases.until('job', 'interrupted', 'nothing is active', ({ status }) => !status['active'] && status['ready'] === 0);
    expect([suspended.status['failed'], suspended.status['startTime']]).toEqual([undefined, startTime]);
    await cases.patch('job', 'interrupted', { spec: { suspend: false } });
    const resumed = await cases.until('job', 'interrupted', 'two pods run again', ({ status }) => status['ready'] === 2);
    expect(Date.parse(String(resumed.status['startTime']))).toBeGreaterThan(Date.parse(String(startTime)));
    await kubectl('delete job interrupted --wait=false');
  });

  it('gives up the highest indexes when an indexed Job is made smaller', async () => {
    explainFailure(kubectl);
    await cases.until('job', 'elastic', 'three pods run', ({ status }) => status['ready'] === 3);
    await cases.patch('job', 'elastic', { spec: { parallelism: 1, completions: 1 } });
    await eventually('only the first index is left', async () => (await cases.pods('elastic')).map(indexOf).join() === '0');
    expect((await cases.get('job', 'elastic')).status['failed']).toBeUndefined();
    await kubectl('delete job elastic --wait=false');
  });

  it('fails at once on an exit code that its failure policy names', async () => {
    explainFailure(kubectl);
    const message = new RegExp(`^Container main for pod ${namespace}/hopeless-\\w{5} failed with exit code 42 matching FailJob rule at index 0$`);
    const failed = await cases.condition('job', 'hopeless', 'Failed');
    expect(failed).toMatchObject({ reason: 'PodFailurePolicy', message: expect.stringMatching(message) });
    const { status } = await cases.get('job', 'hopeless');
    expect(status.conditions?.map(({ type, reason }) => `${type} ${reason}`)).toEqual(['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy']);
    expect(status['failed']).toBe(1);
    await cases.untilEvent('Job', 'hopeless', new RegExp(`^Warning PodFailurePolicy ${message.source.slice(1)}`));
  });

  it('does not count a failure that its policy ignores', async () => {
    explainFailure(kubectl);
    // Not from the beginning: the pause before the next try doubles with each that fails meanwhile.
    await cases.apply(withVolume(job('ignored', 'grep ok /etc/mode/mode || exit 5', { backoffLimit: 0, ...failOn('Ignore', [5]) }), { volumes: [{ name: 'mode', configMap: { name: 'mode' } }] }));
    await eventually('the first pod has failed', async () => (await cases.pods('ignored')).some(({ status }) => status?.phase === 'Failed'));
    await cases.patch('configmap', 'mode', { data: { mode: 'ok' } });
    await cases.condition('job', 'ignored', 'Complete');
    const { status } = await cases.get('job', 'ignored');
    expect([status['succeeded'], status['failed']]).toEqual([1, undefined]);
  });

  it('does not count the eviction of a pod, if its policy ignores disruptions', async () => {
    explainFailure(kubectl);
    const [pod] = await eventually('its pod runs', async () => {
      const pods = await cases.pods('evicted');
      return pods[0]?.status?.phase === 'Running' && pods;
    });
    const { name = '' } = pod.metadata;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    await kubectl(['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-'], { input: JSON.stringify(eviction) });
    await eventually('another pod runs', async () => (await cases.pods('evicted')).some(({ metadata, status }) => metadata.name !== name && status?.phase === 'Running'));
    const { status } = await cases.get('job', 'evicted');
    expect([status['failed'], status.conditions]).toEqual([undefined, undefined]);
    await kubectl('delete job evicted --wait=false');
  });

  it('selects its pods by a selector of one\'s own', async () => {
    await cases.condition('job', 'selecting', 'Complete');
    const { spec } = await cases.get('job', 'selecting');
    expect(spec['selector']).toEqual({ matchLabels: { app: 'selecting' } });
    expect((await cases.pods('selecting')).map(({ metadata }) => metadata.labels)).toEqual([{ app: 'selecting' }]);
  });

  it('leaves its pods when it is deleted as their owner only, held by nothing', async () => {
    await kubectl('delete job selecting --cascade=orphan');
    const [pod] = await cases.pods('selecting');
    expect([pod.metadata.ownerReferences, pod.metadata.finalizers]).toEqual([undefined, undefined]);
    await kubectl('delete pod -l app=selecting --timeout=180s');
  });
});

/** The ConfigMap `mode` in the folder /etc/mode. */
function withVolume(object: object, volumes: object): object {
  const { spec, ...rest } = object as { readonly spec: { readonly template: { readonly spec: { readonly containers: readonly object[] } } } };
  const containers = spec.template.spec.containers.map((container) => ({ ...container, volumeMounts: [{ name: 'mode', mountPath: '/etc/mode' }] }));
  return { ...rest, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, ...volumes, containers } } } };
}

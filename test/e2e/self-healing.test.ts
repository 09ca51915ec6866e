import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { PodCases, statusOf } from './harness/pods';
import { webManifest } from './harness/web-manifest';

describe.skipIf(!defaultKubectl)('self-healing (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('healing');
  const pod = (name: string, container: object, spec: object = {}) => kubectl('apply -f -', {
    input: JSON.stringify({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:1.35', ...container }], ...spec },
    }),
  });
  const get = (name: string, path: string) => kubectl(['get', 'pod', name, '-o', `jsonpath={${path}}`]);

  it('restarts a container that ends, waiting longer each time', async () => {
    explainFailure(kubectl);
    await pod('crashing', { command: ['sh', '-c', 'echo bye; exit 7'] });
    const waits = await new PodCases(kubectl).until('crashing', 'waits in CrashLoopBackOff', (found) => statusOf(found, 'main')?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(statusOf(waits, 'main')?.restartCount).toBeGreaterThanOrEqual(1);
    expect(statusOf(waits, 'main')?.lastState?.terminated?.exitCode).toBe(7);
    expect(statusOf(waits, 'main')?.state?.waiting?.message).toMatch(/^back-off 10s restarting failed container=main pod=crashing_/);
    await eventually('it is shown', async () => (await kubectl('get pod crashing')).includes('CrashLoopBackOff'));
    await eventually('the event says so', async () => (await kubectl('describe pod crashing')).includes('Back-off restarting failed container'));
  });

  it('replaces a deleted pod', async () => {
    await kubectl('apply -f -', { input: webManifest({ name: 'replaced' }) });
    await kubectl('rollout status deployment/replaced --timeout=180s');
    const before = await kubectl('get pods -l app=replaced -o jsonpath={.items[0].metadata.uid}');
    await kubectl('delete pod -l app=replaced --now');
    await kubectl('rollout status deployment/replaced --timeout=180s');
    const after = await eventually('another pod is there', async () => {
      const uids = await kubectl('get pods -l app=replaced -o jsonpath={.items[*].metadata.uid}');
      return uids !== '' && uids !== before && uids;
    });
    expect(after).not.toBe(before);
  });

  it('restarts a container whose liveness probe fails', async () => {
    explainFailure(kubectl);
    await pod('unwell', {
      command: ['sh', '-c', 'touch /tmp/alive; sleep 4; rm /tmp/alive; sleep 600'],
      livenessProbe: { exec: { command: ['cat', '/tmp/alive'] }, periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 10 },
    });
    await eventually('it was restarted', async () => (await get('unwell', '.status.containerStatuses[0].restartCount')) === '1');
    const described = await kubectl('describe pod unwell');
    expect(described).toMatch(/Warning +Unhealthy .* Liveness probe failed: cat: can't open '\/tmp\/alive': No such file or directory/);
    expect(described).toMatch(/Normal +Killing .* Container main failed liveness probe, will be restarted/);
  });

  it('removes an endpoint while its readiness probe fails, and brings it back', async () => {
    explainFailure(kubectl);
    const probe = { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 10 };
    await pod('sometimes', { command: ['sh', '-c', 'touch /tmp/ready; sleep 600'], readinessProbe: probe, ports: [{ containerPort: 80 }] });
    await kubectl('expose pod sometimes --port=80');
    const addresses = () => kubectl('get endpoints sometimes -o jsonpath={.subsets[*].addresses[*].ip}');
    await eventually('it is an endpoint', async () => (await addresses()) !== '');
    await kubectl('exec sometimes -- rm /tmp/ready');
    await eventually('it is none', async () => (await addresses()) === '');
    expect(await kubectl('get pod sometimes')).toMatch(/0\/1 +Running +0/);
    await kubectl('exec sometimes -- touch /tmp/ready');
    await eventually('it is one again', async () => (await addresses()) !== '');
  });

  it('shows OOMKilled, exit code 137 and the last words of a pod over its memory limit', async () => {
    explainFailure(kubectl);
    await pod('greedy', {
      command: ['sh', '-c', 'echo my last words; x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done'],
      resources: { limits: { memory: '32Mi' } },
    });
    await eventually('it was killed', async () => (await get('greedy', '.status.containerStatuses[0].lastState.terminated.reason')) === 'OOMKilled');
    expect(await get('greedy', '.status.containerStatuses[0].lastState.terminated.exitCode')).toBe('137');
    expect(await kubectl('logs greedy --previous')).toBe('my last words\n');
  });

  it('keeps a pod that does not fit Pending, and says why in the scheduler\'s words', async () => {
    await pod('huge', { command: ['sleep', '600'], resources: { requests: { cpu: '1000' } } });
    const message = await eventually('the scheduler says why', async () => (await get('huge', '.status.conditions[?(@.type=="PodScheduled")].message')) || undefined);
    expect(message).toMatch(/^0\/1 nodes are available: 1 Insufficient cpu\. preemption: 0\/1 nodes are available: 1 No preemption victims found for incoming pod\.\.$/);
    expect(await kubectl('get pod huge')).toMatch(/Pending/);
  });
});

import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { computeGarbage } from '../../lib/kubelet/container-gc';
import { CrashBackoff, formatDuration } from '../../lib/kubelet/crash-backoff';
import { containerResources, qualityOfService } from '../../lib/kubelet/resources';
import { containerSecurity } from '../../lib/kubelet/security';
import { exited, podOf, runtimeOf, sandbox, state } from './builders';

describe('restarts after a crash', () => {
  it('wait 10 s, twice as long each time up to 5 min, and begin again after 10 min of peace', async () => {
    const clock = new FakeClock(0);
    const backoff = new CrashBackoff(clock);
    const delays: (number | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      delays.push(backoff.waiting('pod/app', clock.now())?.delay);
      backoff.next('pod/app', clock.now());
      await clock.advance(1_000);
    }
    expect(delays).toEqual([undefined, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000]);
    await clock.advance(601_000);
    expect(backoff.waiting('pod/app', clock.now())).toBeUndefined();
    expect(formatDuration(80_000)).toBe('1m20s');
  });
});

describe('what is kept of the dead', () => {
  it('is the newest of each container, and the sandboxes these are in', () => {
    const old = exited('app', 1, { id: 'a0', sandboxId: 's0' });
    const last = exited('app', 1, { id: 'a1', attempt: 1 });
    const runtime = runtimeOf([state('app', { id: 'a2', attempt: 2 }), last, old], [sandbox(), sandbox({ id: 's0', ready: false })]);
    const garbage = computeGarbage(runtime);
    expect(garbage.containers).toEqual([old]);
    expect(garbage.sandboxes.map(({ id }) => id)).toEqual(['s0']);
  });
});

describe('limits and users', () => {
  const limited = (resources: object) => podOf({ containers: [{ name: 'app', image: 'x', resources }] });

  it('classes pods as upstream does', () => {
    expect(qualityOfService(podOf())).toBe('BestEffort');
    expect(qualityOfService(limited({ limits: { cpu: '1', memory: '1Gi' } }))).toBe('Guaranteed');
    expect(qualityOfService(limited({ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }))).toBe('Burstable');
  });

  it('turns requests into shares and limits into quotas', () => {
    const pod = limited({ requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '250m', memory: '256Mi' } });
    expect(containerResources(pod, pod.spec.containers[0], 2 ** 30)).toEqual({ cpuShares: 102, cpuQuota: 25_000, memoryBytes: 2 ** 28, oomScoreAdjustment: 875 });
  });

  it('refuses root where the pod must not be root', () => {
    const pod = podOf({ securityContext: { runAsNonRoot: true } });
    const check = (user: string) => () => containerSecurity(pod, pod.spec.containers[0], { user }, '/seccomp');
    expect(check('')).toThrow('container has runAsNonRoot and image will run as root');
    expect(check('nginx')).toThrow('non-numeric user (nginx)');
    expect(check('101')).not.toThrow();
  });
});

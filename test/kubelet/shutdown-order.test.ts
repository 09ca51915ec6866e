import { describe, expect, it } from 'vitest';
import { shutdownOrder } from '../../lib/kubelet/shutdown/shutdown-order';
import { podOf } from './builders';

const pod = (name: string, priority: number, terminationGracePeriodSeconds?: number) => podOf({ priority, terminationGracePeriodSeconds }, { name, uid: name });
const shown = (...args: Parameters<typeof shutdownOrder>) => shutdownOrder(...args).map(({ pods, limitSeconds }) => [limitSeconds, ...pods.map(({ pod: { metadata }, graceSeconds }) => `${metadata.name} ${graceSeconds}`)]);

describe('the end of a node', () => {
  it('comes to ordinary pods before critical ones, each within its own grace period', () => {
    expect(shown([pod('critical', 2_000_000_000, 5), pod('web', 0), pod('low', -10, 2)], [])).toEqual([[30, 'web 30', 'low 2'], [30, 'critical 5']]);
  });

  it('gives each group the time that is configured for it', () => {
    const groups = [{ priority: 0, graceSeconds: 20 }, { priority: 100, graceSeconds: 10 }];
    expect(shown([pod('web', 0), pod('low', -1, 5), pod('high', 150), pod('middle', 99)], groups)).toEqual([[20, 'web 20', 'low 5', 'middle 20'], [10, 'high 10']]);
    expect(shown([], groups)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { kubeletConfiguration, toDocument } from '../../lib/kubelet/configuration/kubelet-configuration';

describe('kubelet configuration', () => {
  it('has upstream\'s defaults', () => {
    expect(toDocument(kubeletConfiguration())).toEqual({
      apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration',
      evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '10%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' },
      evictionPressureTransitionPeriod: '300s', evictionMaxPodGracePeriod: 0,
      imageGCHighThresholdPercent: 85, imageGCLowThresholdPercent: 80, imageMinimumGCAge: '120s', containerLogMaxSize: '10485760', containerLogMaxFiles: 5, maxPods: 110,
    });
  });

  it('takes thresholds as quantities and as shares', () => {
    const { eviction } = kubeletConfiguration({
      evictionHard: { 'memory.available': '1Gi', 'nodefs.available': '0%' }, evictionSoft: { 'nodefs.available': '20%' }, evictionSoftGracePeriod: { 'nodefs.available': '1m30s' },
    });
    expect(eviction.hard['memory.available']?.minimum(0)).toBe(2 ** 30);
    expect(eviction.hard['nodefs.available']).toBeUndefined();
    expect(eviction.soft['nodefs.available']?.minimum(1000)).toBe(200);
    expect(eviction.soft['nodefs.available']?.gracePeriod).toBe(90_000);
  });

  it('keeps the last part of the time for critical pods', () => {
    expect(kubeletConfiguration({ shutdownGracePeriod: '30s', shutdownGracePeriodCriticalPods: '10s' }).shutdown).toEqual([
      { priority: 0, graceSeconds: 20 }, { priority: 2_000_000_000, graceSeconds: 10 },
    ]);
  });

  it.each([
    [{ cpuManagerPolicy: 'static' }, 'cpuManagerPolicy: not supported by this kubelet; leave it out'],
    [{ evictionHard: { 'disk.available': '1' } }, 'evictionHard: unknown key "disk.available"'],
    [{ evictionSoft: { 'memory.available': '1Gi' } }, 'grace period must be specified for the soft eviction threshold memory.available'],
    [{ imageMinimumGCAge: 5 }, 'imageMinimumGCAge: 5 is not a text'],
    [{ imageGCHighThresholdPercent: 50 }, 'imageGCLowThresholdPercent: 80 must be less than'],
    [{ podLogsDir: 'logs' }, 'podLogsDir: "logs" is not an absolute path that ends in /pods'],
    [{ kind: 'Pod' }, 'not Pod'],
  ])('refuses %j by name', (document, message) => {
    expect(() => kubeletConfiguration(document)).toThrow(message);
  });
});

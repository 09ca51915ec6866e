import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/api/types';
import { planRestart } from '../../../lib/apply/day-two/restart';

const workload = (kind: string, process: string, spec: object = {}, labels: object = {}) => ({
  apiVersion: 'apps/v1', kind, metadata: { name: `shop-${process}`, labels: { 'app.kubernetes.io/component': process, ...labels } },
  spec: { ...spec, template: { spec: { containers: [{ name: process, image: 'a' }] } } },
}) as unknown as KubeObject;
const all = [
  workload('Deployment', 'web'), workload('DaemonSet', 'agent'), workload('StatefulSet', 'db', {}, { 'twelve-factor.dev/backing-service': 'postgresql' }), workload('Job', 'migrate'),
];
const names = (processes: readonly string[], workloads = all) => planRestart(processes, workloads, 'shop').map(({ workload: { metadata } }) => metadata.name);

describe('a restart', () => {
  it('is of all processes that go on, and leaves backing services alone', () => {
    expect(names([])).toEqual(['shop-web', 'shop-agent']);
  });

  it('is of what is named, a backing service too, and once', () => {
    expect(names(['db', 'web', 'shop-web'])).toEqual(['shop-db', 'shop-web']);
  });

  it('is refused with a reason where nothing would happen', () => {
    expect(() => names(['migrate'])).toThrow(/migrate is a Job, which runs to its end/);
    expect(() => names(['nobody'])).toThrow(/it has: agent, db, migrate, web/);
    expect(() => names([], [])).toThrow(/shop has no process to restart/);
    expect(() => names(['web'], [workload('Deployment', 'web', { paused: true })])).toThrow(/rollout of web is paused[^]*kubectl rollout resume deployment\/shop-web/);
    expect(() => names(['db'], [workload('StatefulSet', 'db', { updateStrategy: { type: 'OnDelete' } })])).toThrow(/OnDelete/);
  });
});

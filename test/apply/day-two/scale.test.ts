import { describe, expect, it } from 'vitest';
import { newStatus, StatusError } from '../../../lib/api/status-error';
import type { HorizontalPodAutoscaler, KubeObject } from '../../../lib/api/types';
import { conflictsOf, isOwnConflict } from '../../../lib/apply/fields/conflicts';
import { parseScales, planScale } from '../../../lib/apply/day-two/scale';

const workload = (kind: string, process: string, replicas?: number) => ({
  apiVersion: 'apps/v1', kind, metadata: { name: `shop-${process}`, namespace: 'shop', labels: { 'app.kubernetes.io/component': process } },
  spec: { replicas, template: { spec: { containers: [{ name: process, image: 'a' }] } } },
}) as unknown as KubeObject;
const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'shop-web', namespace: 'shop' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'shop-web' }, minReplicas: 2, maxReplicas: 5 } } as unknown as HorizontalPodAutoscaler;
const workloads = [workload('Deployment', 'web', 2), workload('StatefulSet', 'queue'), workload('DaemonSet', 'agent')];
const plan = (words: readonly string[], autoscalers = [autoscaler]) => planScale(parseScales(words), { workloads, autoscalers, application: 'shop' });

describe('a number of copies', () => {
  it('is read as process=n', () => {
    expect(parseScales(['web=3', 'mailer=0'])).toEqual([{ process: 'web', replicas: 3 }, { process: 'mailer', replicas: 0 }]);
    for (const word of ['web', 'web=', 'web=-1', 'web=two', '=3', 'web=1.5']) expect(() => parseScales([word]), word).toThrow(/write for example web=3/);
    expect(() => parseScales(['web=1', 'web=2'])).toThrow('web is named twice');
  });

  it('is set for Deployments and StatefulSets', () => {
    expect(plan(['web=3', 'queue=2'], [])).toMatchObject([{ kind: 'Deployment', before: 2, replicas: 3 }, { kind: 'StatefulSet', before: 1, replicas: 2 }]);
  });

  it('is refused where an autoscaler owns it, and then for nobody', () => {
    expect(() => plan(['queue=2', 'web=3'])).toThrow(/belongs to the autoscaler shop-web, which keeps it between 2 and 5[^]*nothing was changed[^]*Scale\.between/);
    expect(plan(['web=3'], [{ ...autoscaler, metadata: { ...autoscaler.metadata, namespace: 'other' } }])).toHaveLength(1);
  });

  it('is refused for what has none', () => {
    expect(() => plan(['agent=2'])).toThrow('agent is a DaemonSet, which has no number of copies: one runs on each node');
    expect(() => plan(['nobody=2'])).toThrow(/shop has no process "nobody"; it has: agent, queue, web/);
  });
});

describe('an apply', () => {
  const conflict = (...managers: readonly string[]) => new StatusError(newStatus(409, 'Conflict', '', { causes: managers.map((manager) => ({ reason: 'FieldManagerConflict', message: `conflict with "${manager}" using apps/v1`, field: '.spec.replicas' })) }));

  it('takes back what scale has set, and nothing that anybody else has', () => {
    const own = (error: Error) => conflictsOf(workloads[0], error).map(isOwnConflict);
    expect([conflict('twelve-scale', 'kubectl'), conflict('twelve-scaler'), new Error('no')].map(own)).toEqual([[true, false], [false], []]);
  });
});

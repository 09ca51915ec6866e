import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/api/types';
import { leftFields, withoutLeft } from '../../../lib/apply/fields/leave-fields';

const deployment = (more: object = {}, annotations?: Record<string, string>) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', ...(annotations && { annotations }) }, spec: { replicas: 2, ...more } }) as KubeObject;
const live = (replicas: number, ...owners: readonly string[]) => ({
  ...deployment({ replicas }), metadata: { name: 'web', managedFields: owners.map((manager) => ({ manager, operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } })) },
}) as KubeObject;

describe('fields that are left to others', () => {
  it('are those of the annotation, and the replicas of what an autoscaler of the program scales', () => {
    const autoscaler = (name: string) => ({ object: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'x', namespace: 'shop' }, spec: { scaleTargetRef: { kind: 'Deployment', name } } } as KubeObject, source: '' });
    expect(leftFields([autoscaler('web')])(deployment())).toEqual(['spec.replicas']);
    expect(leftFields([autoscaler('other')])(deployment({}, { 'twelve-factor.dev/leave-fields': 'spec.paused, spec.template' }))).toEqual(['spec.paused', 'spec.template']);
  });

  it('are not sent when somebody else owns them, whatever the program says', () => {
    expect(withoutLeft(deployment(), live(7, 'twelve', 'kube-controller-manager'), ['spec.replicas'])).toEqual(deployment({ replicas: undefined }));
    expect(withoutLeft(deployment(), live(1), ['spec.replicas'])).toEqual(deployment({ replicas: undefined }));
  });

  it('keep the value of the cluster as long as we alone own them: else the server would go back to its default', () => {
    expect(withoutLeft(deployment(), live(7, 'twelve'), ['spec.replicas'])).toEqual(deployment({ replicas: 7 }));
    const { spec: _, ...without } = deployment() as KubeObject & { spec: object };
    expect(withoutLeft(without as KubeObject, live(7, 'twelve'), ['spec.replicas'])).toEqual(deployment({ replicas: 7 }));
  });

  it('need a path', () => {
    expect(() => withoutLeft(deployment(), live(1), ['spec[']))
      .toThrow('Deployment shop/web: the annotation twelve-factor.dev/leave-fields: "spec[" is no path of a field; write for example spec.replicas or spec.template.spec.containers[web].image');
  });
});

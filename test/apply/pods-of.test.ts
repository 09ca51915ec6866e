import { describe, expect, it } from 'vitest';
import type { Pod, ReplicaSet } from '../../lib/api/types';
import { podsOf } from '../../lib/apply/diagnose/pods-of';

const REVISION = 'deployment.kubernetes.io/revision';
const owned = (kind: string, name: string, owner: string, more: object = {}) => ({ kind, metadata: { name, uid: name, labels: { app: 'web' }, ownerReferences: [{ controller: true, uid: owner }], ...more } });
const sets = [owned('ReplicaSet', 'old', 'web', { annotations: { [REVISION]: '3' } }), owned('ReplicaSet', 'broken', 'web', { annotations: { [REVISION]: '2' } })] as unknown as ReplicaSet[];
const pods = [owned('Pod', 'old-1', 'old'), owned('Pod', 'broken-1', 'broken')] as unknown as Pod[];
const deployment = (revision: string, observed: number) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', uid: 'web', generation: 3, annotations: { [REVISION]: revision } }, spec: { selector: { matchLabels: { app: 'web' } } }, status: { observedGeneration: observed },
});
const names = (object: ReturnType<typeof deployment>) => podsOf(object, pods, sets).map(({ metadata }) => metadata.name);

describe('the pods that a Deployment is judged by', () => {
  it('are those of the ReplicaSet that has its revision, also after a rollback', () => {
    expect(names(deployment('3', 3))).toEqual(['old-1']);
    expect(names(deployment('4', 3))).toEqual([]);
  });

  it('are none until its controller has seen the change: those that fail are of before', () => {
    expect(names(deployment('2', 2))).toEqual([]);
  });
});

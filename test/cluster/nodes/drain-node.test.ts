import { expect, it } from 'vitest';
import type { Pod } from '../../../lib/api/types';
import { podsToMove } from '../../../lib/cluster/nodes/drain-node';

function pod(name: string, { owner, phase = 'Running', mirror }: { readonly owner?: string; readonly phase?: string; readonly mirror?: boolean } = {}): Pod {
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name, ...(mirror && { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
      ...(owner && { ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'owner', uid: 'u', controller: true }] }),
    },
    spec: { containers: [] }, status: { phase },
  };
}
const names = (pods: readonly { readonly metadata: { readonly name?: string } }[]) => pods.map(({ metadata }) => metadata.name);

it('moves what a controller makes anew, and leaves DaemonSets\' pods, static pods and what is over', () => {
  const { move, unmanaged } = podsToMove([
    pod('web', { owner: 'ReplicaSet' }), pod('agent', { owner: 'DaemonSet' }), pod('static', { owner: 'Node', mirror: true }), pod('done', { phase: 'Succeeded' }), pod('failed', { owner: 'Job', phase: 'Failed' }),
  ]);
  expect(names(move)).toEqual(['web']);
  expect(unmanaged).toEqual([]);
});

it('tells which pods nobody would make anew', () => {
  const { move, unmanaged } = podsToMove([pod('bare'), pod('db', { owner: 'StatefulSet' })]);
  expect(names(move)).toEqual(['bare', 'db']);
  expect(names(unmanaged)).toEqual(['bare']);
});

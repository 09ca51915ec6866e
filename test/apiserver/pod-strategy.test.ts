import { expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import type { KubeObject } from '../../lib/api/types';
import { pod } from '../../lib/apiserver/registry/pod';

const stored = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'd', resourceVersion: '7', labels: { app: 'web' } }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'a' }] }, status: { phase: 'Running' } };
const debugging = [{ name: 'debugger', image: 'busybox:1' }];

it('a write of ephemeral containers changes these alone, whatever else it says', () => {
  const sent = {
    ...structuredClone(stored), metadata: { ...stored.metadata, labels: {}, finalizers: ['example.com/x'] }, status: { phase: 'Failed' },
    spec: { nodeName: 'other', containers: [{ name: 'c', image: 'b' }], ephemeralContainers: debugging },
  } as unknown as KubeObject;
  void pod.prepareForUpdate?.(sent, stored as unknown as KubeObject, { subresource: 'ephemeralcontainers', now: new FakeClock().now() } as never);
  expect(sent).toEqual({ ...stored, spec: { ...stored.spec, ephemeralContainers: debugging } });
});

import { expect, it } from 'vitest';
import { forbidden } from '../../lib/api/status-error';
import type { KubeObject } from '../../lib/api/types';
import { findPrune } from '../../lib/apply/prune/find-prune';
import type { Release } from '../../lib/apply/releases/release';
import type { Client } from '../../lib/client/client';

const metadata = (name: string) => ({ namespace: 'default', name, labels: { 'twelve-factor.dev/app': 'shop' } });
const left: readonly KubeObject[] = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('old-config') }, { apiVersion: 'v1', kind: 'Service', metadata: metadata('old-service') }];
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'old-role' };
const release = { number: 1, status: 'deployed', objects: [], inventory: [...left.map(({ apiVersion, kind, metadata: { namespace, name = '' } }) => ({ apiVersion, kind, namespace, name })), role] } as unknown as Release;

/** May read neither cluster roles nor pods. */
const client = {
  tryGetObject: ({ kind }: { readonly kind: string }) => (kind === 'ClusterRole' ? Promise.reject(forbidden({ group: '', resource: 'clusterroles' }, 'old-role', 'no')) : Promise.resolve(left.find((object) => object.kind === kind))),
  list: (kind: string) => (kind === 'Pod' ? Promise.reject(forbidden({ group: '', resource: 'pods' }, '', 'no')) : Promise.resolve({ items: [] })),
} as unknown as Client;

it('leaves what may not be read, and configuration that somebody unseen may refer to; both stay known', async () => {
  const { remove, keep } = await findPrune({ client, application: 'shop', releases: [release], kept: [], wanted: [] });
  expect(remove.map(({ kind }) => kind)).toEqual(['Service']);
  expect(keep.map(({ object: { kind, metadata: { name } }, reason }) => `${kind} ${name} ${reason}`)).toEqual(['ConfigMap old-config referenced', 'ClusterRole old-role forbidden']);
});

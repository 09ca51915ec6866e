import { APP_LABEL } from '../../api/label-keys';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Client } from '../../client/client';
import { RECORD_LABEL } from './release';
import { ReleaseStore } from './release-store';

/**
 * Where the releases of an application are kept: in the namespace, else in the only other one that has some. Rejects when it is nowhere, or in several.
 * @param elsewhere whether other namespaces may be meant: not when a person has named this one
 */
export async function findReleases(client: Client, application: string, { namespace, elsewhere }: { readonly namespace: string; readonly elsewhere: boolean }): Promise<ReleaseStore> {
  const own = new ReleaseStore(client, application, namespace);
  if ((await own.list()).length > 0) return own;
  if (!elsewhere) throw new Error(`${application} has no releases in namespace ${namespace}; the applications are listed by: twelve status`);
  const { items } = await client.list('Secret', { labelSelector: `${APP_LABEL}=${application},${RECORD_LABEL}=release` }).catch(() => ({ items: [] }));
  const namespaces = [...new Set(items.flatMap(({ metadata }) => metadata.namespace ?? []))];
  if (namespaces.length > 1) throw new Error(`${application} is in several namespaces: ${namespaces.join(', ')}; name one with --namespace`);
  if (namespaces[0] === undefined) throw new Error(`${application} has no releases; the applications are listed by: twelve status`);
  return new ReleaseStore(client, application, namespaces[0]);
}

/** What we keep about an application: it goes with it. */
export async function recordsOf(client: Client, application: string, namespace: string): Promise<readonly DeepReadonly<KubeObject>[]> {
  const { items } = await client.listObjects({ apiVersion: 'v1', kind: 'Secret' }, { namespace, labelSelector: `${APP_LABEL}=${application},${RECORD_LABEL}=release` });
  return items;
}

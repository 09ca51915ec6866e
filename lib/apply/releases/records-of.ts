import { APP_LABEL } from '../../api/label-keys';
import { isForbidden } from '../../api/status-error';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Client } from '../../client/client';
import { RECORD_LABEL } from './release';

/** What we keep about an application: it goes with it. Nothing for who may not read Secrets. */
export async function recordsOf(client: Client, application: string, namespace: string): Promise<readonly DeepReadonly<KubeObject>[]> {
  const { items } = await client.listObjects({ apiVersion: 'v1', kind: 'Secret' }, { namespace, labelSelector: `${APP_LABEL}=${application},${RECORD_LABEL}=release` }).catch((error: unknown) => {
    if (isForbidden(error)) return { items: [] };
    throw error;
  });
  return items;
}

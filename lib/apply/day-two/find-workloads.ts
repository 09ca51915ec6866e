import { APP_LABEL } from '../../api/label-keys';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Client } from '../../client/client';

const WORKLOADS = { Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1', CronJob: 'batch/v1', Job: 'batch/v1' } as const;

/** All workloads of an application in a namespace. */
export async function findWorkloads(client: Client, application: string, namespace: string): Promise<readonly DeepReadonly<KubeObject>[]> {
  const lists = await Promise.all(Object.entries(WORKLOADS).map(([kind, apiVersion]) => client.listObjects({ apiVersion, kind }, { namespace, labelSelector: `${APP_LABEL}=${application}` })));
  return lists.flatMap(({ items }) => items);
}

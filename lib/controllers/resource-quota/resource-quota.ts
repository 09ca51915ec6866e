import type { DeepReadonly } from '../../base/deep-readonly';
import { apiVersionOf, type KindName, type ResourceInfo } from '../../api/kinds';
import { keyOf } from '../../api/object-key';
import type { KubeObject } from '../../api/types';
import { Discovery } from '../../client/discovery';
import type { Controller, ControllerContext, Watch } from '../controller';
import { writeStatus } from '../write-status';
import { countedResources, qualified, usedOf } from './usage';

/** Kinds whose changes are seen at once; others that a quota counts are counted anew every minute. */
const WATCHED = [
  'Pod', 'Service', 'PersistentVolumeClaim', 'ConfigMap', 'Secret', 'ReplicationController', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob',
] as const satisfies readonly KindName[];
const RECOUNT = 60_000;
/** A namespace that is being filled changes many times a second; the status need not follow each of them, admission counts for itself. */
const SETTLE = 250;

/** Shows in each quota's status what its namespace uses. Follows pkg/controller/resourcequota of Kubernetes 1.28. */
export const resourceQuota: Controller = {
  name: 'resourcequota-controller',

  watches: [
    { kind: 'ResourceQuota', enqueue: 'self' },
    ...WATCHED.map((kind) => ({ kind, enqueue: (object: DeepReadonly<KubeObject>, context: ControllerContext) => quotasOf(object, context) }) as Watch),
  ],

  settle: () => SETTLE,

  async sync(key, context) {
    const { lister, client, requeueAfter } = context;
    const quota = lister.tryGet('ResourceQuota', key);
    if (!quota || quota.metadata.deletionTimestamp) return;
    const hard = quota.spec?.hard ?? {};
    const { known, unknown } = countedResources(hard as Readonly<Record<string, string>>);
    const resources = unknown.length === 0 ? known : [...known, ...await customResources(unknown, context)];
    const counted = await Promise.all(resources.map(async (info) => ({ info, items: await objectsOf(info, quota.metadata.namespace ?? '', context) })));
    await writeStatus(client, quota, { hard, used: usedOf(quota, counted) });
    if (unknown.length > 0 || !resources.every(isWatched)) requeueAfter(key, RECOUNT);
  },
};

async function customResources(names: readonly string[], { client }: ControllerContext): Promise<readonly ResourceInfo[]> {
  const { resources } = await new Discovery(client.transport).all();
  return resources.filter((info) => info.namespaced && names.includes(qualified(info)));
}

const isWatched = ({ kind }: ResourceInfo) => WATCHED.some((watched) => watched === kind);

async function objectsOf(info: ResourceInfo, namespace: string, { lister, client }: ControllerContext): Promise<readonly DeepReadonly<KubeObject>[]> {
  const watched = WATCHED.find((kind) => kind === info.kind);
  if (watched) return lister.list(watched, namespace);
  return (await client.listObjects({ apiVersion: apiVersionOf(info), kind: info.kind }, { namespace })).items;
}

function quotasOf({ metadata }: DeepReadonly<KubeObject>, { lister }: ControllerContext): readonly string[] {
  return lister.list('ResourceQuota', metadata.namespace).map(keyOf);
}

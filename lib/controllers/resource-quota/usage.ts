import type { DeepReadonly } from '../../base/deep-readonly';
import { builtInResources, type ResourceInfo } from '../../api/kinds';
import { addQuantities, type Quantities } from '../../api/quota/amounts';
import { isInScope } from '../../api/quota/scopes';
import { usageOf } from '../../api/quota/usage';
import type { KubeObject, ResourceQuota } from '../../api/types';

/** The resources whose objects must be counted to know what a quota's limits have been used of; `unknown` are names of resources that are not built in. Pure. */
export function countedResources(hard: Quantities): { readonly known: readonly ResourceInfo[]; readonly unknown: readonly string[] } {
  const names = new Set(Object.keys(hard).map(resourceOfLimit));
  const known = builtInResources().filter((info, index, all) => names.has(qualified(info)) && all.findIndex((other) => qualified(other) === qualified(info)) === index);
  return { known, unknown: [...names].filter((name) => !known.some((info) => qualified(info) === name)) };
}

export const qualified = ({ group, resource }: Pick<ResourceInfo, 'group' | 'resource'>) => (group ? `${resource}.${group}` : resource);

function resourceOfLimit(limit: string): string {
  if (limit.startsWith('count/')) return limit.slice('count/'.length);
  if (limit.startsWith('services.')) return 'services';
  if (limit === 'requests.storage' || limit.includes('.storageclass.storage.k8s.io/')) return 'persistentvolumeclaims';
  return PLAIN.has(limit) ? limit : 'pods';
}

const PLAIN = new Set(['configmaps', 'persistentvolumeclaims', 'pods', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services']);

/** What the objects use of each of the quota's limits; `0` where nothing does. Pure. */
export function usedOf(quota: DeepReadonly<ResourceQuota>, objects: readonly { readonly info: ResourceInfo; readonly items: readonly DeepReadonly<KubeObject>[] }[]): Quantities {
  const total: Record<string, string> = {};
  for (const { info, items } of objects) {
    for (const object of items) {
      if (!isInScope(quota, info, object)) continue;
      for (const [name, quantity] of Object.entries(usageOf(info, object))) total[name] = addQuantities(total[name], quantity);
    }
  }
  return Object.fromEntries(Object.keys(quota.spec?.hard ?? {}).map((name) => [name, total[name] ?? '0']));
}

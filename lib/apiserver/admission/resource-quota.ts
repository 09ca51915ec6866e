import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../../api/quantity';
import { forbidden } from '../../api/status-error';
import type { Pod, ResourceQuota } from '../../api/types';
import type { AdmissionRequest, AdmissionStep } from './admission-step';
import { addQuantities, formatQuantity, type Quantities } from '../../api/quota/amounts';
import { isInScope } from '../../api/quota/scopes';
import { missingRequests, usageOf } from '../../api/quota/usage';

/**
 * Refuses what would take a namespace above its quotas. What is in use is counted in the store at each request, so a quota holds from the moment it exists;
 * where its status says more is used, that counts.
 */
export const resourceQuota: AdmissionStep = {
  name: 'ResourceQuota',

  validate(request) {
    const { operation, resource, subresource, namespace, object, reader } = request;
    if (!object || !namespace || subresource !== '' || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
    for (const quota of reader.list('ResourceQuota', namespace)) {
      const hard = quota.status?.hard ?? quota.spec?.hard ?? {};
      if (!isInScope(quota, resource, object)) continue;
      if (operation === 'CREATE' && resource.group === '' && resource.resource === 'pods') refuseSilentContainers(request, quota, Object.keys(hard));
      refuseExcess(request, quota, hard);
    }
  },
};

function refuseSilentContainers({ resource, object }: AdmissionRequest, { metadata }: DeepReadonly<ResourceQuota>, limited: readonly string[]): void {
  const missing = missingRequests(object as Pod, limited);
  if (missing.length > 0) throw forbidden(resource, object?.metadata.name ?? '', `failed quota: ${metadata.name}: must specify ${missing.join('; ')}`);
}

function refuseExcess(request: AdmissionRequest, quota: DeepReadonly<ResourceQuota>, hard: Quantities): void {
  const { resource, object, oldObject } = request;
  const requested = added(object ? usageOf(resource, object) : {}, oldObject ? usageOf(resource, oldObject) : {}, hard);
  if (Object.keys(requested).length === 0) return;
  const stored = storedUsage(request, quota);
  const used = Object.fromEntries(Object.keys(requested).map((name) => [name, larger(quota.status?.used?.[name], stored[name])]));
  const exceeded = Object.keys(requested).filter((name) => parseQuantity(used[name]) + parseQuantity(requested[name]) > parseQuantity(hard[name])).sort();
  if (exceeded.length === 0) return;
  const show = (quantities: Quantities) => exceeded.map((name) => `${name}=${quantities[name]}`).join(',');
  throw forbidden(resource, object?.metadata.name ?? '', `exceeded quota: ${quota.metadata.name}, requested: ${show(requested)}, used: ${show(used)}, limited: ${show(hard)}`);
}

/** What the write takes more than what is there; only what the quota limits and what really grows. */
function added(next: Quantities, previous: Quantities, hard: Quantities): Quantities {
  const grown = Object.entries(next).filter(([name]) => hard[name] !== undefined).flatMap(([name, quantity]) => {
    const more = parseQuantity(quantity) - parseQuantity(previous[name] ?? '0');
    return more > 0 ? [[name, previous[name] === undefined ? quantity : formatQuantity(more, quantity)]] : [];
  });
  return Object.fromEntries(grown) as Quantities;
}

function storedUsage({ resource, namespace, reader }: AdmissionRequest, quota: DeepReadonly<ResourceQuota>): Quantities {
  const total: Record<string, string> = {};
  for (const other of reader.all(resource, namespace)) {
    if (isInScope(quota, resource, other)) for (const [name, quantity] of Object.entries(usageOf(resource, other))) total[name] = addQuantities(total[name], quantity);
  }
  return total;
}

function larger(first = '0', second = '0'): string {
  return parseQuantity(second) > parseQuantity(first) ? second : first;
}

import type { DeepReadonly } from '../../base/deep-readonly';
import { apiVersionOf, type ResourceInfo } from '../../api/kinds';
import type { ApiResponse } from '../../api/request';
import { matchesLabelSelector } from '../../api/selectors';
import { badRequest, forbidden, newStatus, notFound, StatusError } from '../../api/status-error';
import type { Pod, PodDisruptionBudget } from '../../api/types';
import { toTime } from '../../base/clock';
import { StoreError } from '../../store/backend';
import type { AnyObject } from '../any-object';
import { readObject } from '../body';
import type { Call } from '../call';
import type { DeleteOptions } from '../delete-options';
import { decideDeletion } from '../deletion';
import { findObject } from '../handlers/get';
import { deleteObject } from '../handlers/delete';
import { badValue } from '../http-errors';
import { parseWriteOptions } from '../query-options';
import { SUCCESS } from './success';

const EVICTION: ResourceInfo = { group: 'policy', version: 'v1', kind: 'Eviction', resource: 'evictions', namespaced: true };

/** POST pods/eviction: a deletion that a disruption budget may forbid. Follows pkg/registry/core/pod/storage/eviction.go. */
export async function evict(call: Call): Promise<ApiResponse> {
  const { info, server } = call;
  const write = parseWriteOptions('CreateOptions', call.query);
  const eviction = readObject(call, write.fieldValidation, { resource: EVICTION });
  if (eviction.metadata.name !== info.name) throw badRequest('name in URL does not match name in Eviction object');
  const asked = (eviction.deleteOptions ?? {}) as DeleteOptions;
  const options: DeleteOptions = { ...asked, dryRun: write.dryRun ? ['All'] : asked.dryRun };
  const pod = findObject(call) as DeepReadonly<Pod>;
  if (!canIgnoreBudget(pod)) {
    const budget = budgetOf(pod, server.storage.list('PodDisruptionBudget', info.namespace));
    if (budget && !(isUnhealthyAndFree(pod, budget))) await spend(call, budget, pod, (options.dryRun ?? []).length > 0);
  }
  if ((options.dryRun ?? []).length === 0) await markDisrupted(call, options);
  await deleteObject(call, info.name, info.namespace, options);
  return SUCCESS;
}

const canIgnoreBudget = ({ metadata, status }: DeepReadonly<Pod>) => metadata.deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(status?.phase ?? '');

function budgetOf(pod: DeepReadonly<Pod>, budgets: readonly DeepReadonly<PodDisruptionBudget>[]): DeepReadonly<PodDisruptionBudget> | undefined {
  if (Object.keys(pod.metadata.labels ?? {}).length === 0) return undefined;
  const found = budgets.filter(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels));
  if (found.length > 1) throw badValue('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  return found[0];
}

/** A pod that is not ready costs nothing when enough others are, or when the budget says so. */
function isUnhealthyAndFree(pod: DeepReadonly<Pod>, { spec, status }: DeepReadonly<PodDisruptionBudget>): boolean {
  const ready = pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  if (ready) return false;
  return spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || ((status?.desiredHealthy ?? 0) > 0 && (status?.currentHealthy ?? 0) >= (status?.desiredHealthy ?? 0));
}

/** Says on the pod why it goes, where it stays visible for a while. */
async function markDisrupted(call: Call, options: DeleteOptions): Promise<void> {
  const { server, resource } = call;
  const current = findObject(call);
  if (decideDeletion(resource, current, options, server.clock.now()).action !== 'mark' || current.metadata.deletionTimestamp) return;
  if (options.preconditions?.uid !== undefined && options.preconditions.uid !== current.metadata.uid) return;
  const pod = structuredClone(current) as AnyObject;
  const condition = { type: 'DisruptionTarget', status: 'True', lastProbeTime: null, lastTransitionTime: toTime(server.clock.now()), reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' };
  const others = ((pod.status?.conditions ?? []) as readonly { readonly type: string }[]).filter(({ type }) => type !== condition.type);
  pod.status = { ...pod.status, conditions: [...others, condition] };
  await server.storage.update(resource, pod, current.metadata.resourceVersion);
}

/** How often a budget that others change meanwhile is read again. */
const RETRIES = 20;

/** Takes one disruption from the budget. Throws 429 when there is none. */
async function spend({ server, info }: Call, { metadata }: DeepReadonly<PodDisruptionBudget>, pod: DeepReadonly<Pod>, dryRun: boolean): Promise<void> {
  const resource = server.resources.tryFind('policy', 'v1', 'poddisruptionbudgets');
  if (!resource) throw new Error(`${apiVersionOf(EVICTION)}: disruption budgets are not served`);
  for (let tries = 0; tries < RETRIES; tries++) {
    const budget = server.storage.tryGet('PodDisruptionBudget', { namespace: info.namespace, name: metadata.name ?? '' });
    if (!budget) throw notFound(resource, metadata.name ?? '');
    checkAllowed(budget);
    if (dryRun) return;
    try {
      await server.storage.update(resource, withoutOne(budget, pod, server.clock.now()), budget.metadata.resourceVersion);
      return;
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'Conflict') throw error;
    }
  }
  throw new StatusError(newStatus(504, 'Timeout', `couldn't update PodDisruptionBudget "${metadata.name}" due to conflicts`, { retryAfterSeconds: 10 }));
}

/** More evictions than that, which nobody carried out, are none. */
const MAXIMUM_DISRUPTED = 2000;

function checkAllowed({ metadata: { name, generation = 0 }, status }: DeepReadonly<PodDisruptionBudget>): void {
  const refuse = (message: string, retryAfterSeconds?: number) => new StatusError(newStatus(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }], ...(retryAfterSeconds && { retryAfterSeconds }),
  }));
  const forbid = (why: string) => forbidden({ group: 'policy', resource: 'poddisruptionbudget' }, name ?? '', why);
  const { disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0, disruptedPods = {} } = status ?? {};
  if ((status?.observedGeneration ?? 0) < generation) throw refuse(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (disruptionsAllowed < 0) throw forbid('pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > MAXIMUM_DISRUPTED) throw forbid('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (disruptionsAllowed > 0) return;
  const failed = status?.conditions?.find(({ type, reason }) => type === 'DisruptionAllowed' && reason === 'SyncFailed');
  throw refuse(failed ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message}`
    : `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`);
}

function withoutOne(budget: DeepReadonly<PodDisruptionBudget>, pod: DeepReadonly<Pod>, now: number): AnyObject {
  const changed = structuredClone(budget) as unknown as AnyObject;
  const disruptionsAllowed = (budget.status?.disruptionsAllowed ?? 0) - 1;
  const conditions = (budget.status?.conditions ?? []).map((condition) => (condition.type === 'DisruptionAllowed' && disruptionsAllowed === 0 && condition.status === 'True'
    ? { ...condition, status: 'False', reason: 'InsufficientPods', message: '', lastTransitionTime: toTime(now) } : condition));
  changed.status = { ...changed.status, disruptionsAllowed, conditions, disruptedPods: { ...budget.status?.disruptedPods, [pod.metadata.name ?? '']: toTime(now) } };
  return changed;
}

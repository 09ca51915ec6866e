import type { DeepReadonly } from '../../base/deep-readonly';
import type { Pod } from '../../api/types';
import type { NodeInfo } from '../node-info';
import type { Refusal } from '../plugin';
import { refusedMessage } from '../misfit-message';
import { priorityOf } from '../priority';
import type { Misfit } from '../schedule';
import { pickNode } from './pick-node';
import { type Candidate, type PreemptionContext, selectVictims } from './victims';

/** Whom to end for the pod, or why that is no help. `keepsNode`: what it is promised already stands. */
export type Preemption = Candidate | { readonly message: string; readonly keepsNode: boolean };

export const PREEMPTION_REASON = 'PreemptionByScheduler';

/** With very many nodes, this part of them, but not fewer than that, is looked at. */
const CANDIDATES = { percent: 10, least: 100 };

/** Looks for a node where the pod fits once pods of lower priority are gone. Follows pkg/scheduler/framework/preemption of Kubernetes 1.28. */
export function preempt(pod: DeepReadonly<Pod>, misfit: Misfit, context: PreemptionContext, random: () => number): Preemption {
  const { state } = context.cluster;
  const nominated = state.nominations.tryNode(pod);
  const ineligible = whyIneligible(pod, nominated === undefined ? undefined : state.tryNode(nominated), misfit);
  if (ineligible) return { message: ineligible, keepsNode: true };

  const helpful = state.nodes.filter(({ name }) => !(misfit.preFilter ?? misfit.refusals.get(name))?.unresolvable);
  const refusals: Refusal[] = [];
  const candidates: Candidate[] = [];
  const wanted = Math.max(Math.floor((helpful.length * CANDIDATES.percent) / 100), CANDIDATES.least);
  const offset = Math.floor(random() * helpful.length);
  for (let i = 0; i < helpful.length && !(candidates.length >= wanted && candidates.some(({ violations }) => violations === 0)); i++) {
    const result = selectVictims(pod, helpful[(offset + i) % helpful.length], context);
    if ('reasons' in result) refusals.push(result);
    else candidates.push(result);
  }
  const picked = pickNode(candidates);
  if (picked) return picked;
  for (let i = helpful.length; i < state.nodes.length; i++) refusals.push({ reasons: ['Preemption is not helpful for scheduling'] });
  return { message: refusedMessage(refusals), keepsNode: false };
}

function whyIneligible(pod: DeepReadonly<Pod>, nominated: NodeInfo | undefined, misfit: Misfit): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  if (!nominated || misfit.refusals.get(nominated.name)?.unresolvable) return undefined;
  const waits = [...nominated.pods.values()].some((other) => priorityOf(other) < priorityOf(pod) && isEndingForScheduler(other));
  return waits ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

function isEndingForScheduler({ metadata, status }: DeepReadonly<Pod>): boolean {
  return metadata.deletionTimestamp !== undefined
    && (status?.conditions ?? []).some(({ type, status: is, reason }) => type === 'DisruptionTarget' && is === 'True' && reason === PREEMPTION_REASON);
}

import { toTime } from '../../base/clock';
import type { Clock } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { isConflict, isNotFound } from '../../api/status-error';
import type { Pod } from '../../api/types';
import type { Client } from '../../client/client';
import type { EventRecorder } from '../../client/informers';
import { PREEMPTION_REASON } from './preempt';
import type { Candidate } from './victims';

export interface EndVictimsContext {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/** Deletes the victims, each marked with who it ends for. Rejects when one could not be deleted; who is gone already is no failure. */
export async function endVictims(pod: DeepReadonly<Pod>, { node, victims }: Candidate, { client, events, clock }: EndVictimsContext): Promise<void> {
  await Promise.all(victims.map(async (victim) => {
    const { namespace, name = '', uid } = victim.metadata;
    const condition = {
      type: 'DisruptionTarget', status: 'True', reason: PREEMPTION_REASON, message: `${pod.spec.schedulerName ?? 'default-scheduler'}: preempting to accommodate a higher priority pod`,
      lastProbeTime: null, lastTransitionTime: toTime(clock.now()),
    };
    try {
      await client.patch('Pod', { namespace, name }, { metadata: { uid }, status: { conditions: [condition] } }, { subresource: 'status' });
      await client.delete('Pod', { namespace, name }, { preconditions: { uid } });
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return; // another pod of that name lives there by now
      throw error;
    }
    events.event(victim, 'Normal', 'Preempted', `Preempted by pod ${pod.metadata.uid} on node ${node}`);
  }));
}

import type { NodeSample, Sample } from './resource-samples';

/** Two looks at a node. The earlier one is missing where nothing was known before. */
export interface SamplePair {
  readonly before: NodeSample | undefined;
  readonly now: NodeSample;
}

/** What something used in a span of time that ended at `at`. */
export interface Usage {
  readonly at: number;
  readonly windowMilliseconds: number;
  /** As quantities. */
  readonly cpu: string;
  readonly memory: string;
}

/** Shorter spans say more about the scheduler of the kernel than about the load. */
export const SHORTEST_WINDOW = 1000;

export function tryNodeUsage({ before, now }: SamplePair): Usage | undefined {
  return before?.node && now.node && between(before.node, now.node);
}

/** By container. undefined unless it is known for every container of the pod that runs. */
export function tryPodUsage({ before, now }: SamplePair, pod: string): ReadonlyMap<string, Usage> | undefined {
  const usages = [...now.pods.get(pod) ?? []].map(([container, sample]) => [container, between(startOf(before?.pods.get(pod)?.get(container), sample), sample)] as const);
  if (usages.length === 0 || usages.some(([, usage]) => !usage)) return undefined;
  return new Map(usages as readonly (readonly [string, Usage])[]);
}

/** A container that was started since the earlier look had used nothing when it was. */
function startOf(before: Sample | undefined, now: Sample): Sample | undefined {
  if (before && before.startedAt === now.startedAt && before.cpuSeconds <= now.cpuSeconds) return before;
  return now.startedAt === undefined ? undefined : { at: now.startedAt, cpuSeconds: 0, memoryBytes: 0 };
}

function between(before: Sample | undefined, now: Sample): Usage | undefined {
  const windowMilliseconds = before ? now.at - before.at : 0;
  if (!before || windowMilliseconds < SHORTEST_WINDOW) return undefined;
  const nanocores = Math.max(0, Math.round(((now.cpuSeconds - before.cpuSeconds) / windowMilliseconds) * 1e12));
  return { at: now.at, windowMilliseconds, cpu: nanocores === 0 ? '0' : `${nanocores}n`, memory: `${Math.ceil(now.memoryBytes / 1024)}Ki` };
}

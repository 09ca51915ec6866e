import type { DeepReadonly } from '../base/deep-readonly';
import type { core, Pod } from '../api/types';

export type AffinityTerm = DeepReadonly<core.PodAffinityTerm>;

/** A rule about other pods: where they are is worse (negative) or better. */
export interface WeighedTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
}

/** What one pod asks about others. */
export interface PodAffinityTerms {
  readonly near: readonly AffinityTerm[];
  readonly far: readonly AffinityTerm[];
  readonly preferred: readonly WeighedTerm[];
}

export function affinityTermsOf({ spec: { affinity } }: DeepReadonly<Pod>): PodAffinityTerms {
  const { podAffinity, podAntiAffinity } = affinity ?? {};
  const weighed = (sign: 1 | -1) => ({ weight, podAffinityTerm: term }: DeepReadonly<core.WeightedPodAffinityTerm>) => ({ term, weight: sign * weight });
  return {
    near: podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
    far: podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [],
    preferred: [
      ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighed(1)), ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighed(-1)),
    ],
  };
}

export const hasAffinityTerms = ({ spec: { affinity } }: DeepReadonly<Pod>) => affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined;

/** Pods that ask the same about others, and on which nodes they are. */
export interface AffinityGroup extends PodAffinityTerms {
  readonly namespace: string;
  readonly perNode: Map<string, number>;
}

/** The placed pods that have rules about others, those of one template together: a thousand replicas are one set of rules to look at. */
export class AffinityGroups {
  private readonly groups = new Map<string, AffinityGroup>();

  get all(): Iterable<AffinityGroup> {
    return this.groups.values();
  }

  get size(): number {
    return this.groups.size;
  }

  change(pod: DeepReadonly<Pod>, node: string, by: 1 | -1): void {
    if (!hasAffinityTerms(pod)) return;
    const { namespace = '' } = pod.metadata;
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    const id = `${namespace} ${JSON.stringify([podAffinity, podAntiAffinity])}`;
    const group = this.groups.get(id) ?? { ...affinityTermsOf(pod), namespace, perNode: new Map<string, number>() };
    this.groups.set(id, group);
    const count = (group.perNode.get(node) ?? 0) + by;
    if (count > 0) group.perNode.set(node, count);
    else group.perNode.delete(node);
    if (group.perNode.size === 0) this.groups.delete(id);
  }
}

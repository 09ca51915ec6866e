import type { DeepReadonly } from '../base/deep-readonly';
import { matchesLabels, matchesRequirement } from './selectors';
import type { core, Node, Pod } from './types';

type Selector = DeepReadonly<core.NodeSelector>;
type Term = DeepReadonly<core.NodeSelectorTerm>;

/** Terms are alternatives. A term without requirements matches nothing. */
export function matchesNodeSelector(selector: Selector, node: DeepReadonly<Node>): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

export function matchesNodeSelectorTerm({ matchExpressions = [], matchFields = [] }: Term, node: DeepReadonly<Node>): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  const fields = { 'metadata.name': node.metadata.name ?? '' };
  return matchExpressions.every(({ key, operator, values = [] }) => matchesRequirement({ key, operator, values }, labels))
    && matchFields.every(({ key, operator, values = [] }) => matchesRequirement({ key, operator, values }, fields));
}

/** What a pod requires of its node: `nodeSelector` and required node affinity. */
export function matchesNodeOfPod({ spec }: DeepReadonly<Pod>, node: DeepReadonly<Node>): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return matchesLabels(spec.nodeSelector ?? {}, node.metadata.labels) && (!required || matchesNodeSelector(required, node));
}

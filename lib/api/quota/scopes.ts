import type { DeepReadonly } from '../../base/deep-readonly';
import type { ResourceInfo } from '../kinds';
import type { KubeObject, Pod, ResourceQuota } from '../types';

interface Requirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const NOT: Readonly<Record<string, string>> = { NotTerminating: 'Terminating', NotBestEffort: 'BestEffort' };

/** Whether the quota counts this object: one with scopes counts only pods, and of those the ones that fit every scope. */
export function isInScope({ spec }: DeepReadonly<ResourceQuota>, { group, resource }: Pick<ResourceInfo, 'group' | 'resource'>, object: DeepReadonly<KubeObject>): boolean {
  const plain = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  const requirements: readonly Requirement[] = [...plain, ...(spec?.scopeSelector?.matchExpressions ?? [])];
  if (requirements.length === 0) return true;
  return group === '' && resource === 'pods' && requirements.every((requirement) => fits(requirement, object as DeepReadonly<Pod>));
}

function fits({ scopeName, operator, values = [] }: Requirement, { spec }: DeepReadonly<Pod>): boolean {
  if (NOT[scopeName]) return !fits({ scopeName: NOT[scopeName], operator, values }, { spec } as DeepReadonly<Pod>);
  switch (scopeName) {
    case 'Terminating': return (spec.activeDeadlineSeconds ?? -1) >= 0;
    case 'BestEffort': return ![...spec.containers, ...(spec.initContainers ?? [])].some(({ resources }) => ['cpu', 'memory'].some((name) => resources?.requests?.[name] ?? resources?.limits?.[name]));
    case 'PriorityClass': return matches(operator, values, spec.priorityClassName ?? '');
    case 'CrossNamespacePodAffinity': return JSON.stringify(spec.affinity ?? {}).match(/"namespace(s|Selector)":/) !== null;
    default: return false;
  }
}

function matches(operator: string, values: readonly string[], value: string): boolean {
  if (operator === 'Exists') return value !== '';
  if (operator === 'DoesNotExist') return value === '';
  return values.includes(value) === (operator === 'In');
}

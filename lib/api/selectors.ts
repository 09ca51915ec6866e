import type { DeepReadonly } from '../base/deep-readonly';
import type { LabelSelector, Labels } from './types';

/** `metav1.LabelSelector` against labels. An empty selector matches everything, a missing one nothing. Throws on an unknown operator. */
export function matchesLabelSelector(selector: DeepReadonly<LabelSelector> | undefined, labels: Labels = {}): boolean {
  if (!selector) return false;
  if (!matchesLabels(selector.matchLabels ?? {}, labels)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => matchesRequirement({ key, operator, values }, labels));
}

/** A map selector (Service, ReplicationController): every pair must be there. */
export function matchesLabels(selector: Labels, labels: Labels = {}): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** One requirement as nodes and labels use it: In, NotIn, Exists, DoesNotExist, Gt, Lt. */
export function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    case 'Gt': return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt': return value !== undefined && Number(value) < Number(values[0]);
    default: throw new Error(`"${operator}" is not a valid label selector operator; use In, NotIn, Exists or DoesNotExist`);
  }
}

/** A label selector as text, the `labelSelector` query parameter: `app=web,tier in (a,b),!old`. */
export function formatLabelSelector(selector: DeepReadonly<LabelSelector> | Labels): string {
  const { matchLabels, matchExpressions } = isStructured(selector) ? selector : { matchLabels: selector as Labels, matchExpressions: undefined };
  const labels = Object.entries(matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  const expressions = (matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return { key, text: key };
    if (operator === 'DoesNotExist') return { key, text: `!${key}` };
    return { key, text: `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})` };
  });
  return [...labels, ...expressions].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ text }) => text).join(',');
}

function isStructured(selector: object): selector is DeepReadonly<LabelSelector> {
  return 'matchExpressions' in selector || typeof (selector as { matchLabels?: unknown }).matchLabels === 'object';
}

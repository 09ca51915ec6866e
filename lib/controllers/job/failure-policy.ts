import type { ReadJob, ReadPod } from './pods';

export type PolicyAction = 'FailJob' | 'Ignore' | 'Count';

/** What the first matching rule says about a failed pod. Pure. Follows matchPodFailurePolicy of Kubernetes 1.28. */
export function matchFailurePolicy({ spec: { podFailurePolicy } }: ReadJob, pod: ReadPod): { readonly action: PolicyAction; readonly message?: string } {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  for (const [i, { action, onExitCodes, onPodConditions }] of (podFailurePolicy?.rules ?? []).entries()) {
    const matched = onExitCodes ? tryExitCode(onExitCodes, pod) : tryCondition(onPodConditions ?? [], pod);
    if (matched === undefined) continue;
    if (action === 'FailJob') return { action, message: `${matched.replace('{pod}', name)} matching FailJob rule at index ${i}` };
    return { action: action === 'Ignore' ? 'Ignore' : 'Count' };
  }
  return { action: 'Count' };
}

type Rule = NonNullable<NonNullable<ReadJob['spec']['podFailurePolicy']>['rules'][number]['onExitCodes']>;

function tryExitCode({ containerName, operator, values }: Rule, { status }: ReadPod): string | undefined {
  for (const { name, state } of [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]) {
    const exitCode = state?.terminated?.exitCode;
    if (!exitCode || (containerName && containerName !== name)) continue;
    if (values.includes(exitCode) === (operator === 'In')) return `Container ${name} for pod {pod} failed with exit code ${exitCode}`;
  }
  return undefined;
}

function tryCondition(patterns: readonly { readonly type: string; readonly status?: string }[], { status }: ReadPod): string | undefined {
  const matched = patterns.find((pattern) => status?.conditions?.some(({ type, status: value }) => type === pattern.type && value === (pattern.status ?? 'True')));
  return matched && `Pod {pod} has condition ${matched.type}`;
}

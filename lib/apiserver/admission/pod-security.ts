import type { DeepReadonly } from '../../base/deep-readonly';
import { forbidden, invalid } from '../../api/status-error';
import type { KubeObject, Namespace, Pod } from '../../api/types';
import type { AdmissionRequest, AdmissionStep } from './admission-step';
import { podSpecPath, tryAt, tryPodSpec } from './pod-spec-of';
import type { CheckedPod } from '../../api/pod-security/check';
import { describePolicy, describeViolations, isRelaxed, labelErrors, type Policy, policyOf, violations } from '../../api/pod-security/policy';

/** The Pod Security Standards as the labels of a namespace ask for them: pods are refused, and pods and workloads are warned about. */
export const podSecurity: AdmissionStep = {
  name: 'PodSecurity',

  validate(request) {
    const { operation, resource, subresource, object } = request;
    if (operation === 'DELETE' || !object) return;
    if (resource.group === '' && resource.resource === 'namespaces' && !subresource) return checkNamespace(request, object as Namespace);
    const path = podSpecPath(resource);
    const isPod = resource.group === '' && resource.resource === 'pods';
    if (!path || (subresource !== '' && !(isPod && subresource === 'ephemeralcontainers'))) return;
    const pod = checkedPod(object, path);
    if (pod) checkPod(request, pod, { isPod, old: request.oldObject && checkedPod(request.oldObject, path) });
  },
};

function checkedPod(object: DeepReadonly<KubeObject>, path: readonly string[]): CheckedPod | undefined {
  const spec = tryPodSpec(object, path);
  const template = tryAt(object, path.slice(0, -1)) as DeepReadonly<Partial<KubeObject>> | undefined;
  return spec && { spec, annotations: template?.metadata?.annotations ?? {} };
}

/** An update of a pod is judged only for what it makes worse: what runs already may keep its labels up to date. */
function checkPod({ resource, namespace, object, reader, warn }: AdmissionRequest, pod: CheckedPod, { isPod, old }: { readonly isPod: boolean; readonly old?: CheckedPod }): void {
  const labels = reader.tryGet('Namespace', { name: namespace })?.metadata.labels;
  const judge = (policy: Policy) => {
    const text = describeViolations(violations(pod, policy));
    return isPod && old && describeViolations(violations(old, policy)) === text ? '' : text;
  };
  const enforced = policyOf(labels, 'enforce');
  const refusal = isPod ? judge(enforced) : '';
  if (refusal) throw forbidden(resource, object?.metadata.name ?? '', `violates PodSecurity ${JSON.stringify(describePolicy(enforced))}: ${refusal}`);
  const warned = policyOf(labels, 'warn');
  const warning = judge(warned);
  if (warning) warn(`would violate PodSecurity ${JSON.stringify(describePolicy(warned))}: ${warning}`);
}

function checkNamespace({ operation, oldObject, dryRun, reader, warn }: AdmissionRequest, { metadata }: Namespace): void {
  const errors = labelErrors(metadata.labels, oldObject?.metadata.labels);
  if (errors.length > 0) throw invalid({ group: '', kind: 'Namespace' }, metadata.name ?? '', errors);
  const next = policyOf(metadata.labels, 'enforce');
  const previous = policyOf(oldObject?.metadata.labels, 'enforce');
  if (operation !== 'UPDATE' || dryRun || next.level === 'privileged' || describePolicy(next) === describePolicy(previous) || isRelaxed(previous, next)) return;
  const texts = existingViolations(reader.list('Pod', metadata.name), next);
  if (texts.length === 0) return;
  warn(`existing pods in namespace ${JSON.stringify(metadata.name)} violate the new PodSecurity enforce level ${JSON.stringify(describePolicy(next))}`);
  for (const text of texts) warn(text);
}

/** One text for all pods with the same faults, called after the first of them. */
function existingViolations(pods: readonly DeepReadonly<Pod>[], policy: Policy): readonly string[] {
  const byReasons = new Map<string, string[]>();
  for (const { metadata, spec } of pods) {
    const reasons = violations({ spec, annotations: metadata.annotations ?? {} }, policy).map(({ reason }) => reason).join(', ');
    if (reasons) byReasons.set(reasons, [...(byReasons.get(reasons) ?? []), metadata.name ?? '']);
  }
  return [...byReasons].map(([reasons, names]) => {
    const [first, ...others] = names.sort();
    const more = others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${reasons}`;
  }).sort();
}

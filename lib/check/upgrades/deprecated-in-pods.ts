import { DEPRECATED_NODE_LABELS, VOLUME_WARNINGS } from '../../api/warnings/pod-spec';
import type { MinorRange } from '../../api/versions/kubernetes-range';
import type { PodTemplate } from '../pod-templates';
import type { Edit, Problem } from '../rule';
import { parseFieldPath } from '../schemas/field-path';

const NODE_LABELS: Readonly<Record<string, readonly [since: string, instead: string]>> = { ...DEPRECATED_NODE_LABELS, 'node-role.kubernetes.io/master': ['deprecated since v1.20', 'node-role.kubernetes.io/control-plane'] };

/** Node labels by their old names. */
export function* oldNodeLabels({ object, spec, path }: PodTemplate): Iterable<Problem> {
  const problem = (label: string, field: string, edits: readonly Edit[]): Problem => {
    const [since = '', instead = ''] = NODE_LABELS[label] ?? [];
    return { object, field, message: `the node label ${label} is ${since}`, fix: `use ${instead}`, edits };
  };
  for (const [label, value] of Object.entries(spec.nodeSelector ?? {})) {
    if (!NODE_LABELS[label]) continue;
    const selector = [...parseFieldPath(path), 'nodeSelector'];
    yield problem(label, `${path}.nodeSelector[${label}]`, [{ op: 'remove', path: [...selector, label] }, { op: 'set', path: [...selector, NODE_LABELS[label][1]], value }]);
  }
  for (const { label, field } of labelFields(spec, path)) {
    if (label !== undefined && NODE_LABELS[label]) yield problem(label, field, [{ op: 'set', path: parseFieldPath(field), value: NODE_LABELS[label][1] }]);
  }
}

/** Where a pod names a label of nodes as a value. */
function* labelFields({ affinity, topologySpreadConstraints }: PodTemplate['spec'], path: string): Iterable<{ readonly label: string | undefined; readonly field: string }> {
  for (const [index, { topologyKey }] of (topologySpreadConstraints ?? []).entries()) yield { label: topologyKey, field: `${path}.topologySpreadConstraints[${index}].topologyKey` };
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const nodes = `${path}.affinity.nodeAffinity`;
  const terms = [
    ...required.map((term, index) => ({ term, at: `${nodes}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${index}]` })),
    ...preferred.map(({ preference }, index) => ({ term: preference, at: `${nodes}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference` })),
  ];
  for (const { term, at } of terms) for (const [index, { key }] of (term.matchExpressions ?? []).entries()) yield { label: key, field: `${at}.matchExpressions[${index}].key` };
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const { requiredDuringSchedulingIgnoredDuringExecution: must = [], preferredDuringSchedulingIgnoredDuringExecution: should = [] } = affinity?.[kind] ?? {};
    for (const [index, { topologyKey }] of must.entries()) yield { label: topologyKey, field: `${path}.affinity.${kind}.requiredDuringSchedulingIgnoredDuringExecution[${index}].topologyKey` };
    for (const [index, { podAffinityTerm }] of should.entries()) yield { label: podAffinityTerm?.topologyKey, field: `${path}.affinity.${kind}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm.topologyKey` };
  }
}

/** Volumes of kinds that go, or are gone. */
export function* oldVolumes({ object, spec, path }: PodTemplate): Iterable<Problem> {
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    for (const source of Object.keys(volume)) {
      if (!VOLUME_WARNINGS[source]) continue;
      yield {
        object, field: `${path}.volumes[${index}].${source}`, message: `volumes of kind ${source} are ${VOLUME_WARNINGS[source]}`,
        fix: source === 'gitRepo' ? 'clone in an init container into an emptyDir' : 'use a PersistentVolumeClaim whose class has a CSI driver',
      };
    }
  }
}

const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** Annotations of pods that became fields. */
export function* oldPodAnnotations(template: PodTemplate, { from }: MinorRange): Iterable<Problem> {
  for (const [name, value] of Object.entries(template.annotations)) {
    if (name === SECCOMP || name.startsWith(CONTAINER_SECCOMP)) yield profileProblem(template, name, { since: 'without effect since Kubernetes 1.27', field: 'seccompProfile', profile: seccompProfile(value), container: name === SECCOMP ? undefined : name.slice(CONTAINER_SECCOMP.length) });
    else if (name.startsWith(APPARMOR) && from >= 30) yield profileProblem(template, name, { since: 'deprecated since Kubernetes 1.30', field: 'appArmorProfile', profile: appArmorProfile(value), container: name.slice(APPARMOR.length) });
    else if (WITHOUT_EFFECT[name]) yield { object: template.object, field: `${metadataOf(template)}.annotations[${name}]`, message: `the annotation ${name} is without effect`, fix: `remove it; use the field ${WITHOUT_EFFECT[name]}` };
  }
}

const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'priorityClassName', 'security.alpha.kubernetes.io/sysctls': 'securityContext.sysctls', 'security.alpha.kubernetes.io/unsafe-sysctls': 'securityContext.sysctls',
};

const metadataOf = ({ path }: PodTemplate) => path.replace(/spec$/, 'metadata');

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

interface OldProfile {
  readonly since: string;
  readonly field: 'seccompProfile' | 'appArmorProfile';
  readonly profile: Profile | undefined;
  /** Undefined: of the whole pod. */
  readonly container: string | undefined;
}

function profileProblem(template: PodTemplate, name: string, { since, field, profile, container }: OldProfile): Problem {
  const { object, spec, path, containers } = template;
  const annotation = `${metadataOf(template)}.annotations[${name}]`;
  const owner = container === undefined ? { path, securityContext: spec.securityContext } : containers.find((one) => one.container.name === container);
  const context: Readonly<Record<string, unknown>> | undefined = owner && ('container' in owner ? owner.container.securityContext : owner.securityContext) as Readonly<Record<string, unknown>> | undefined;
  const remove: Edit = { op: 'remove', path: [...parseFieldPath(`${metadataOf(template)}.annotations`), name] };
  const add: Edit | undefined = owner && profile && { op: 'set', path: [...parseFieldPath(owner.path), 'securityContext', field], value: profile };
  const edits = context?.[field] === undefined ? add && [remove, add] : [remove];
  return { object, field: annotation, message: `the annotation ${name} is ${since}`, fix: `use the field ${owner ? `${owner.path}.` : ''}securityContext.${field}`, ...(edits && { edits }) };
}

function seccompProfile(value: string): Profile | undefined {
  if (value === 'runtime/default' || value === 'docker/default') return { type: 'RuntimeDefault' };
  if (value === 'unconfined') return { type: 'Unconfined' };
  return localhost(value);
}

const appArmorProfile = (value: string): Profile | undefined => (value === 'runtime/default' ? { type: 'RuntimeDefault' } : value === 'unconfined' ? { type: 'Unconfined' } : localhost(value));

const localhost = (value: string): Profile | undefined => (value.startsWith('localhost/') ? { type: 'Localhost', localhostProfile: value.slice('localhost/'.length) } : undefined);

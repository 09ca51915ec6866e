import { forbidden } from '../../api/status-error';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, Pod } from '../../api/types';
import { tryNodeName } from '../auth/node-authorizer';
import type { AdmissionRequest, AdmissionStep } from './admission-step';

const MIRROR = 'kubernetes.io/config.mirror';
const RESERVED = /^([^/]*\.)?node-restriction\.kubernetes\.io\//;

/** A node changes itself, its lease and the pods bound to it, and nothing of its neighbours. */
export const nodeRestriction: AdmissionStep = {
  name: 'NodeRestriction',

  admit(request) {
    const node = tryNodeName(request.user);
    if (node === undefined) return;
    const why = problem(node, request);
    if (why) throw forbidden(request.resource, request.name, why);
  },
};

function problem(node: string, request: AdmissionRequest): string | undefined {
  const { group, resource } = request.resource;
  if (group === '' && resource === 'nodes') return nodeProblem(node, request);
  if (group === '' && resource === 'pods') return podProblem(node, request);
  if (group === 'coordination.k8s.io' && resource === 'leases' && request.namespace === 'kube-node-lease' && request.name !== node) return `can only access node lease with the same name as the requesting node`;
  return undefined;
}

function nodeProblem(node: string, { operation, name, object, oldObject }: AdmissionRequest): string | undefined {
  if (operation !== 'DELETE' && name !== node) return `node ${JSON.stringify(node)} is not allowed to modify node ${JSON.stringify(name)}`;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined;
  const reserved = changedLabels(object, oldObject).filter((label) => RESERVED.test(label));
  if (reserved.length > 0) return `is not allowed to ${operation === 'CREATE' ? 'set' : 'modify'} labels: ${reserved.join(', ')}`;
  const taints = (value: DeepReadonly<KubeObject> | undefined) => JSON.stringify((value as { readonly spec?: { readonly taints?: unknown } } | undefined)?.spec?.taints ?? []);
  return operation === 'UPDATE' && taints(object) !== taints(oldObject) ? `node ${JSON.stringify(node)} is not allowed to modify taints` : undefined;
}

function changedLabels(object: DeepReadonly<KubeObject> | undefined, old: DeepReadonly<KubeObject> | undefined): readonly string[] {
  const next = object?.metadata.labels ?? {};
  const previous = old?.metadata.labels ?? {};
  return [...new Set([...Object.keys(next), ...Object.keys(previous)])].filter((label) => next[label] !== previous[label]).sort();
}

function podProblem(node: string, { operation, subresource, name, object, oldObject }: AdmissionRequest): string | undefined {
  const pod = (oldObject ?? object) as DeepReadonly<Pod> | undefined;
  if (subresource === 'eviction' || operation === 'CONNECT' || !pod) return undefined;
  if (operation === 'CREATE') {
    if (!pod.metadata.annotations?.[MIRROR]) return `pod does not have ${JSON.stringify(MIRROR)} annotation, node ${JSON.stringify(node)} can only create mirror pods`;
    return pod.spec.nodeName === node ? undefined : `node ${JSON.stringify(node)} can only create pods with spec.nodeName set to itself`;
  }
  if (operation === 'UPDATE' && subresource !== 'status') return `unexpected pod subresource ${JSON.stringify(subresource)}`;
  const verb = operation === 'DELETE' ? 'delete pods' : 'update pod status for pods';
  return pod.spec.nodeName === node ? undefined : `node ${JSON.stringify(node)} can only ${verb} with spec.nodeName set to itself, not ${JSON.stringify(name)}`;
}

import type { DeepReadonly } from '../../base/deep-readonly';
import type { UserInfo } from '../../api/request';
import type { Pod } from '../../api/types';
import type { ObjectReader } from '../object-reader';
import type { AuthorizationRequest, Authorizer, Decision, ResourceAttributes } from './authorizer';
import { type RbacAuthorizer, ruleAllows } from './rbac';

/** The node behind a user name: `system:node:web-1` of the group system:nodes is `web-1`. */
export function tryNodeName({ username, groups }: UserInfo): string | undefined {
  return username.startsWith('system:node:') && groups.includes('system:nodes') ? username.slice('system:node:'.length) : undefined;
}

/** Answered by what the node's pods need, and by nothing else. */
const BY_PODS: Readonly<Record<string, readonly string[]>> = {
  'secrets': ['get', 'list', 'watch'], 'configmaps': ['get', 'list', 'watch'], 'persistentvolumeclaims': ['get'], 'persistentvolumes': ['get'], 'serviceaccounts/token': ['create'],
};

/**
 * Nodes first: they have the rules of the ClusterRole system:node, except that secrets, config maps, claims, volumes and tokens are theirs only when a pod
 * bound to them names them. Everybody else, and whatever else a node may have, is asked of RBAC.
 */
export class NodeAuthorizer implements Authorizer {
  constructor(private readonly reader: ObjectReader, private readonly rbac: RbacAuthorizer) {}

  authorize(request: AuthorizationRequest): Decision {
    const node = tryNodeName(request.user);
    return node !== undefined && this.allows(node, request) ? { allowed: true, reason: '' } : this.rbac.authorize(request);
  }

  rulesOf(user: UserInfo, namespace: string): ReturnType<RbacAuthorizer['rulesOf']> {
    return this.rbac.rulesOf(user, namespace);
  }

  tryRules(...reference: Parameters<RbacAuthorizer['tryRules']>): ReturnType<RbacAuthorizer['tryRules']> {
    return this.rbac.tryRules(...reference);
  }

  private allows(node: string, request: AuthorizationRequest): boolean {
    const { resource, verb } = request;
    if (!resource) return false;
    const key = resource.subresource ? `${resource.resource}/${resource.subresource}` : resource.resource;
    if (resource.group === '' && BY_PODS[key]) return BY_PODS[key].includes(verb) && resource.name !== '' && this.isNeeded(node, key, resource);
    if (resource.group === 'coordination.k8s.io') return resource.namespace === 'kube-node-lease' && (verb === 'create' || resource.name === node);
    return (this.rbac.tryRules({ kind: 'ClusterRole', name: 'system:node' }, '') ?? []).some((rule) => ruleAllows(rule, request));
  }

  private isNeeded(node: string, key: string, { namespace, name }: ResourceAttributes): boolean {
    const pods = this.reader.podsOn(node, namespace || undefined);
    if (key !== 'persistentvolumes') return pods.some((pod) => namesOf(pod, key).has(name));
    const claim = this.reader.tryGet('PersistentVolume', { name })?.spec?.claimRef;
    return claim !== undefined && pods.some((pod) => pod.metadata.namespace === claim.namespace && namesOf(pod, 'persistentvolumeclaims').has(claim.name ?? ''));
  }
}

/** What the pod's specification names of one kind. */
function namesOf({ metadata, spec }: DeepReadonly<Pod>, key: string): ReadonlySet<string> {
  if (key === 'serviceaccounts/token') return new Set([spec.serviceAccountName ?? 'default']);
  const volumes = (spec.volumes ?? []).flatMap((volume) => [volume, ...(volume.projected?.sources ?? [])]) as readonly VolumeNames[];
  if (key === 'persistentvolumeclaims') {
    return new Set(volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => [persistentVolumeClaim?.claimName ?? '', ...(ephemeral ? [`${metadata.name}-${name}`] : [])]));
  }
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const environment = containers.flatMap(({ env = [], envFrom = [] }) => key === 'secrets'
    ? [...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name), ...envFrom.map(({ secretRef }) => secretRef?.name)]
    : [...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name), ...envFrom.map(({ configMapRef }) => configMapRef?.name)]);
  const mounted = volumes.map(({ secret, configMap }) => (key === 'secrets' ? secret?.secretName ?? secret?.name : configMap?.name));
  const pulls = key === 'secrets' ? (spec.imagePullSecrets ?? []).map(({ name }) => name) : [];
  return new Set([...environment, ...mounted, ...pulls].filter((name) => name !== undefined));
}

interface VolumeNames {
  readonly name?: string;
  readonly secret?: { readonly secretName?: string; readonly name?: string };
  readonly configMap?: { readonly name?: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly ephemeral?: unknown;
}

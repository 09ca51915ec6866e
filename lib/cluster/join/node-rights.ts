import { writeFile } from 'node:fs/promises';
import { type Clock, sleep } from '../../base/clock';
import { isForbidden } from '../../api/status-error';
import type { ClusterRole, ClusterRoleBinding, KubeObject, PolicyRule } from '../../api/types';
import type { Client } from '../../client/client';
import { nodeUser } from './node-signers';

const READ = ['get', 'list', 'watch'];
const FIELD_MANAGER = 'twelve';
const RBAC = 'rbac.authorization.k8s.io';

/** One ClusterRole that is bound to the node's user. */
interface NodeRole {
  readonly name: string;
  /** Undefined for a role that every cluster has. */
  readonly rules?: readonly PolicyRule[];
}

const PROXY: NodeRole = { name: 'system:node-proxier' };
/** Names of Services, and peers of network policies. */
const NETWORK: NodeRole = {
  name: 'twelve:joined-node',
  rules: [{ apiGroups: [''], resources: ['namespaces', 'pods'], verbs: READ }, { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: READ }],
};
/** Local volumes for claims. */
const VOLUMES: NodeRole = {
  name: 'twelve:joined-node-volumes',
  rules: [
    { apiGroups: [''], resources: ['persistentvolumes'], verbs: [...READ, 'create', 'delete', 'patch'] }, { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: READ },
    { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: READ },
  ],
};

/** An address for Services of type LoadBalancer. */
const LOAD_BALANCER: NodeRole = {
  name: 'twelve:joined-node-load-balancer',
  rules: [{ apiGroups: [''], resources: ['services'], verbs: READ }, { apiGroups: [''], resources: ['services/status'], verbs: ['update', 'patch'] }],
};

/** What a node does for the cluster besides running pods. */
export interface NodeAbilities {
  /** The node makes local volumes. */
  readonly volumes: boolean;
  /** The node gives its address to Services of type LoadBalancer. */
  readonly loadBalancer: boolean;
}

const rolesFor = ({ volumes, loadBalancer }: NodeAbilities) => [PROXY, NETWORK, ...(volumes ? [VOLUMES] : []), ...(loadBalancer ? [LOAD_BALANCER] : [])];
const bindingName = (role: NodeRole, nodeName: string) => `${role.name}:${nodeName}`;

/** Names of all ClusterRoleBindings that a node may have. */
export const nodeBindings = (nodeName: string) => rolesFor({ volumes: true, loadBalancer: true }).map((role) => bindingName(role, nodeName));

/** What the node's user gets besides the rights of every node. Pure. */
export function nodeRights(nodeName: string, abilities: NodeAbilities): readonly (ClusterRole | ClusterRoleBinding)[] {
  return rolesFor(abilities).flatMap((role): readonly (ClusterRole | ClusterRoleBinding)[] => [
    ...(role.rules ? [{ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: role.name }, rules: [...role.rules] }] satisfies ClusterRole[] : []),
    {
      apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name: bindingName(role, nodeName) },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role.name }, subjects: [{ apiGroup: RBAC, kind: 'User', name: nodeUser(nodeName) }],
    },
  ]);
}

/** The manifest of the same, for an administrator to apply. Pure. */
export const rightsManifest = (nodeName: string, abilities: NodeAbilities) => `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: nodeRights(nodeName, abilities) }, null, 2)}\n`;

/** Of an access review; the verb is `list` unless it says another. */
interface Attributes {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb?: string;
}

/** What the node must be able to list before it can serve pods. */
const NEEDED: readonly Attributes[] = [
  { group: '', resource: 'services' }, { group: 'discovery.k8s.io', resource: 'endpointslices' },
  { group: '', resource: 'namespaces' }, { group: '', resource: 'pods' }, { group: 'networking.k8s.io', resource: 'networkpolicies' },
];
const NEEDED_FOR_VOLUMES: readonly Attributes[] = [{ group: '', resource: 'persistentvolumes' }, { group: '', resource: 'persistentvolumeclaims' }, { group: 'storage.k8s.io', resource: 'storageclasses' }];
const NEEDED_FOR_LOAD_BALANCERS: readonly Attributes[] = [{ group: '', resource: 'services', subresource: 'status', verb: 'update' }];

export interface RightsConfig {
  readonly nodeName: string;
  readonly abilities: NodeAbilities;
  /** Who grants, if they may. */
  readonly granter: Client;
  /** With the node's own certificate. */
  readonly node: Client;
  /** Written with what an administrator has to apply, when the granter may not. */
  readonly manifestFile: string;
  readonly clock: Clock;
  readonly onWait: (what: string) => void;
}

/** An authorizer sees a new binding a moment later. */
const SOON = 20;

/** Resolves when the node may read what it needs; says what an administrator has to do when the granter may not do it. */
export async function ensureNodeRights({ nodeName, abilities, granter, node, manifestFile, clock, onWait }: RightsConfig, signal: AbortSignal): Promise<void> {
  const granted = await tryGrant(nodeRights(nodeName, abilities), granter);
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    const missing = await missingRights(abilities, node);
    if (missing.length === 0) return;
    if (tries === (granted ? SOON : 0)) {
      await writeFile(manifestFile, rightsManifest(nodeName, abilities));
      onWait(`node ${nodeName} has not yet its rights (${missing.join(', ')}); waiting for an administrator to run: kubectl apply -f ${manifestFile}`);
    }
    await sleep(clock, tries < SOON ? 100 : 1_000, signal);
  }
}

/** False when this user may not. */
async function tryGrant(objects: readonly (ClusterRole | ClusterRoleBinding)[], granter: Client): Promise<boolean> {
  try {
    for (const object of objects) await granter.apply(object, { fieldManager: FIELD_MANAGER, force: true });
    return true;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return false;
  }
}

interface Review extends KubeObject {
  readonly spec: object;
  readonly status?: { readonly allowed?: boolean };
}

async function missingRights({ volumes, loadBalancer }: NodeAbilities, node: Client): Promise<readonly string[]> {
  const answers = await Promise.all([...NEEDED, ...(volumes ? NEEDED_FOR_VOLUMES : []), ...(loadBalancer ? NEEDED_FOR_LOAD_BALANCERS : [])].map(async (resourceAttributes) => {
    const review: Review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec: { resourceAttributes: { verb: 'list', ...resourceAttributes } } };
    return (await node.create(review)).status?.allowed ? undefined : [resourceAttributes.resource, resourceAttributes.subresource].filter(Boolean).join('/');
  }));
  return answers.filter((resource) => resource !== undefined);
}

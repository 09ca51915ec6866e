import { type Clock, sleep } from '../../base/clock';
import { isForbidden } from '../../api/status-error';
import type { ClusterRole, ClusterRoleBinding, KubeObject, PolicyRule } from '../../api/types';
import type { Client } from '../../client/client';
import { nodeUser } from './node-signers';

const READ = ['get', 'list', 'watch'];
const FIELD_MANAGER = 'twelve';
/** What a joined node reads besides what every node and every node proxy may. */
export const JOINED_NODE_ROLE = 'twelve:joined-node';
const RBAC = 'rbac.authorization.k8s.io';

const rules: PolicyRule[] = [
  { apiGroups: [''], resources: ['namespaces', 'pods'], verbs: READ }, // names of Services; peers of network policies
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: READ },
];

const bindingName = (role: string, nodeName: string) => `${role}:${nodeName}`;
const ROLES = ['system:node-proxier', JOINED_NODE_ROLE];

/** Names of what `nodeRights` makes for one node. */
export const nodeBindings = (nodeName: string) => ROLES.map((role) => bindingName(role, nodeName));

/** What the node's user gets: the right of every node proxy, and to read what its name server and its network policies are made of. Pure. */
export function nodeRights(nodeName: string): readonly (ClusterRole | ClusterRoleBinding)[] {
  const bindings = ROLES.map((role): ClusterRoleBinding => ({
    apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name: bindingName(role, nodeName) },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role }, subjects: [{ apiGroup: RBAC, kind: 'User', name: nodeUser(nodeName) }],
  }));
  return [{ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: JOINED_NODE_ROLE }, rules }, ...bindings];
}

/** The same as commands for an administrator. Pure. */
export function rightsCommands(nodeName: string): readonly string[] {
  return [
    `kubectl create clusterrole ${JOINED_NODE_ROLE} --verb=${READ.join(',')} --resource=namespaces,pods,networkpolicies.networking.k8s.io`,
    ...ROLES.map((role) => `kubectl create clusterrolebinding ${bindingName(role, nodeName)} --clusterrole=${role} --user=${nodeUser(nodeName)}`),
  ];
}

/** What the node must be able to list before it can serve pods. */
const NEEDED = [
  { group: '', resource: 'services' }, { group: 'discovery.k8s.io', resource: 'endpointslices' },
  { group: '', resource: 'namespaces' }, { group: '', resource: 'pods' }, { group: 'networking.k8s.io', resource: 'networkpolicies' },
];

export interface RightsConfig {
  readonly nodeName: string;
  /** Who grants, if they may. */
  readonly granter: Client;
  /** With the node's own certificate. */
  readonly node: Client;
  readonly clock: Clock;
  readonly onWait: (what: string) => void;
}

/** Resolves when the node may read what it needs; says what an administrator has to do when the granter may not do it. */
export async function ensureNodeRights({ nodeName, granter, node, clock, onWait }: RightsConfig, signal: AbortSignal): Promise<void> {
  const refused = await tryGrant(nodeName, granter);
  for (let tries = 0; ; tries += 1) {
    const missing = await missingRights(node);
    if (missing.length === 0) return;
    if (tries === (refused ? 0 : 20)) onWait([`node ${nodeName} may not yet read ${missing.join(', ')}; waiting until an administrator has run:`, ...rightsCommands(nodeName)].join('\n  '));
    await sleep(clock, tries < 20 ? 100 : 1_000, signal);
    signal.throwIfAborted();
  }
}

async function tryGrant(nodeName: string, granter: Client): Promise<unknown> {
  try {
    for (const object of nodeRights(nodeName)) await granter.apply(object, { fieldManager: FIELD_MANAGER, force: true });
    return undefined;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return error;
  }
}

interface Review extends KubeObject {
  readonly spec: object;
  readonly status?: { readonly allowed?: boolean };
}

async function missingRights(node: Client): Promise<readonly string[]> {
  const answers = await Promise.all(NEEDED.map(async (resourceAttributes) => {
    const review: Review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec: { resourceAttributes: { verb: 'list', ...resourceAttributes } } };
    return (await node.create(review)).status?.allowed ? undefined : resourceAttributes.resource;
  }));
  return answers.filter((resource) => resource !== undefined);
}

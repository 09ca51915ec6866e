import { describe, expect, it } from 'vitest';
import { rbacEscalation } from '../../../lib/apiserver/admission/rbac-escalation';
import { nodeRestriction } from '../../../lib/apiserver/admission/node-restriction';
import type { AdmissionRequest } from '../../../lib/apiserver/admission/admission-step';
import { NodeAuthorizer } from '../../../lib/apiserver/auth/node-authorizer';
import { RbacAuthorizer } from '../../../lib/apiserver/auth/rbac';
import { ObjectStorage } from '../../../lib/apiserver/object-storage';
import { OBJECT_STORE } from '../../../lib/apiserver/store-options';
import { resourceOf } from '../../../lib/api/kinds';
import type { KubeObject } from '../../../lib/api/types';
import { storageKey } from '../../../lib/apiserver/registry/resource';
import { MemoryBackend } from '../../../lib/store/memory';

const NODE = { username: 'system:node:a', groups: ['system:nodes'] };
const BOB = { username: 'bob', groups: ['system:authenticated'] };

async function readerOf(...objects: readonly KubeObject[]): Promise<ObjectStorage> {
  const backend = new MemoryBackend<KubeObject>(OBJECT_STORE);
  for (const object of objects) await backend.create(storageKey(resourceOf(object.kind), object.metadata.namespace ?? '', object.metadata.name ?? ''), object);
  return new ObjectStorage(backend);
}

function request(reader: ObjectStorage, kind: string, more: Partial<AdmissionRequest>): AdmissionRequest {
  return { operation: 'CREATE', resource: resourceOf(kind), subresource: '', namespace: 'shop', name: 'x', user: BOB, dryRun: false, warn: () => undefined, reader, ...more };
}

const role = (name: string, rules: readonly object[]): KubeObject => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, uid: name }, rules }) as KubeObject;
const binding = (roleName: string, user: string): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: roleName, uid: `${roleName}-b` },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: roleName }, subjects: [{ kind: 'User', name: user }],
}) as KubeObject;
const READ_PODS = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };

describe('rights that are handed on', () => {
  it('are those one has', async () => {
    const reader = await readerOf(role('reader', [READ_PODS]), binding('reader', 'bob'));
    const { validate } = rbacEscalation(new NodeAuthorizer(reader, new RbacAuthorizer(reader)));
    expect(() => validate?.(request(reader, 'Role', { object: role('r', [READ_PODS]) }))).not.toThrow();
    expect(() => validate?.(request(reader, 'Role', { object: role('r', [{ ...READ_PODS, resources: ['secrets'] }]) }))).toThrow(
      'roles.rbac.authorization.k8s.io "x" is forbidden: user "bob" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}');
  });

  it('are any for who may escalate', async () => {
    const reader = await readerOf(role('chief', [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate'] }]), binding('chief', 'bob'));
    const { validate } = rbacEscalation(new NodeAuthorizer(reader, new RbacAuthorizer(reader)));
    expect(() => validate?.(request(reader, 'Role', { object: role('r', [READ_PODS]) }))).not.toThrow();
  });
});

describe('a node', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', uid: 'p' }, spec: { nodeName: 'a', containers: [], volumes: [{ name: 'v', secret: { secretName: 'mine' } }] } } as KubeObject;

  it('reads the secrets of its own pods only', async () => {
    const reader = await readerOf(pod);
    const authorizer = new NodeAuthorizer(reader, new RbacAuthorizer(reader));
    const may = (name: string, user = NODE) => authorizer.authorize({ user, verb: 'get', resource: { group: '', version: 'v1', resource: 'secrets', subresource: '', namespace: 'shop', name } }).allowed;
    expect([may('mine'), may('other'), may('mine', { ...NODE, username: 'system:node:b' })]).toEqual([true, false, false]);
  });

  it('changes neither other nodes nor labels it may not set', async () => {
    const reader = await readerOf();
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', labels: { 'node-restriction.kubernetes.io/x': 'y' } } };
    expect(() => nodeRestriction.admit?.(request(reader, 'Node', { user: NODE, name: 'b', namespace: '' }))).toThrow('nodes "b" is forbidden: node "a" is not allowed to modify node "b"');
    expect(() => nodeRestriction.admit?.(request(reader, 'Node', { user: NODE, name: 'a', namespace: '', object: node }))).toThrow('is not allowed to set labels: node-restriction.kubernetes.io/x');
  });
});

import { describe, expect, it } from 'vitest';
import { documents, found } from './read';

const pod = (security: string, spec = '', metadata = '') => `{ apiVersion: v1, kind: Pod, metadata: { name: web${metadata} }, spec: { containers: [{ name: web, image: 'shop:1', securityContext: ${security} }]${spec} } }`;
const role = (rule: string, kind = 'Role') => `{ apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: { name: app }, rules: [${rule}] }`;
const binding = (subject: string, more = 'roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: app }', kind = 'RoleBinding') => `{ apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: { name: app }, ${more}, subjects: [${subject}] }`;
const volumes = (list: string, mount = '', kind = 'Deployment') => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: 'shop:1', volumeMounts: [{ name: a, mountPath: /a${mount} }] }], volumes: [${list}] } } }`;
const problems = (id: string, yaml: string) => found(id, yaml).map((text) => text.slice(text.indexOf(' ') + 1, text.indexOf(' →')));

describe('a container', () => {
  it('that is privileged is not told of each of its powers', () => {
    const yaml = pod('{ privileged: true, allowPrivilegeEscalation: true, capabilities: { add: [SYS_ADMIN] } }');
    expect(found('privileged', yaml)).toHaveLength(1);
    expect([...found('privilege-escalation', yaml), ...found('dangerous-capabilities', yaml)]).toEqual([]);
  });

  it('of Windows that is a process of its node is found too', () => {
    expect(problems('privileged', pod('{ windowsOptions: { hostProcess: true } }'))[0]).toContain('securityContext.windowsOptions.hostProcess');
  });

  it('may leave privilege escalation to the default', () => {
    expect(found('privilege-escalation', pod('{}'))).toEqual([]);
  });

  it('has capabilities by either way of writing them', () => {
    expect(problems('dangerous-capabilities', pod('{ capabilities: { add: [CHOWN, cap_net_admin] } }'))).toEqual(['spec.containers[0].securityContext.capabilities.add[1]: cap_net_admin gives container web changing routes and firewall rules']);
  });

  it('that must not be root is not made root by its pod', () => {
    expect(problems('root-contradiction', pod('{ runAsNonRoot: true }', ', securityContext: { runAsUser: 0 }'))).toEqual(['spec.securityContext.runAsUser: user 0 is root, and runAsNonRoot forbids it for container web']);
    expect(found('root-contradiction', pod('{ runAsNonRoot: false, runAsUser: 0 }', ', securityContext: { runAsNonRoot: true }'))).toEqual([]);
  });

  it('opens a low port as root, with the capability, or where the pod lifts the border', () => {
    const low = (security: string, spec = '') => pod(`${security}, ports: [{ containerPort: 80 }]`, spec);
    const plain = '{ runAsNonRoot: true, capabilities: { drop: [ALL] } }';
    expect(found('privileged-port', low(plain))).toHaveLength(1);
    expect(found('privileged-port', low('{ capabilities: { drop: [ALL] } }'))).toEqual([]);
    expect(found('privileged-port', low('{ runAsNonRoot: true, capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] } }'))).toEqual([]);
    expect(found('privileged-port', low(plain, ', securityContext: { sysctls: [{ name: net.ipv4.ip_unprivileged_port_start, value: "0" }] }'))).toEqual([]);
  });

  it('is as protected as the main one, by itself or by its pod', () => {
    const sidecar = ', initContainers: [{ name: prepare, image: \'shop:1\' }]';
    expect(problems('security-gap', pod('{ runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: { drop: [all] } }', sidecar))).toEqual([
      'spec.initContainers[0].securityContext: container web has runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] }; container prepare does not',
    ]);
    expect(found('security-gap', pod('{ runAsNonRoot: true }', `${sidecar}, securityContext: { runAsNonRoot: true }`))).toEqual([]);
    expect(found('security-gap', pod('{}', `${sidecar}`))).toEqual([]);
  });
});

describe('a pod', () => {
  it('is refused by the Pod Security level of its namespace only when that is among the manifests', () => {
    const namespace = (level: string) => `{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: ${level} } } }`;
    const hosted = pod('{}', ', hostNetwork: true', ', namespace: shop');
    expect(found('pod-security', hosted)).toEqual([]);
    expect(problems('pod-security', documents(namespace('baseline'), hosted))).toEqual(['spec: baseline:latest of namespace shop: host namespaces (hostNetwork=true)']);
    expect(found('pod-security', documents(namespace('restricted'), hosted)).length).toBeGreaterThan(3);
    expect(found('pod-security', documents(namespace('privileged'), hosted))).toEqual([]);
  });

  it('sets kernel parameters that the target version allows', () => {
    const yaml = pod('{}', ', securityContext: { sysctls: [{ name: net.ipv4.tcp_fin_timeout, value: "30" }, { name: net.core.somaxconn, value: "1024" }] }');
    expect(problems('unsafe-sysctls', yaml)).toEqual([
      'spec.securityContext.sysctls[0].name: net.ipv4.tcp_fin_timeout is allowed since Kubernetes 1.29, and these manifests are for 1.28',
      'spec.securityContext.sysctls[1].name: net.core.somaxconn is not among the parameters that every node allows',
    ]);
  });

  it('is watched by seccomp and AppArmor', () => {
    expect(problems('unconfined', pod('{ seccompProfile: { type: Unconfined }, procMount: Unmasked }', '', ', annotations: { container.apparmor.security.beta.kubernetes.io/web: unconfined }')).map((text) => text.split(':')[0])).toEqual([
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/web]', 'spec.containers[0].securityContext.seccompProfile.type', 'spec.containers[0].securityContext.procMount',
    ]);
  });

  it('names each namespace that it shares', () => {
    expect(problems('host-namespaces', pod('{}', ', hostPID: true, hostIPC: true')).map((text) => text.split(':')[0])).toEqual(['spec.hostPID', 'spec.hostIPC']);
  });

  it('may take a port of every node as an agent', () => {
    const agent = (kind: string) => volumes('', '', kind).replace('volumeMounts:', 'ports: [{ containerPort: 80, hostPort: 80 }], volumeMounts:');
    expect(found('host-port', agent('DaemonSet'))).toEqual([]);
    expect(found('host-port', agent('Deployment'))).toHaveLength(1);
  });
});

describe('folders of the node', () => {
  it('are the node itself, or not', () => {
    expect(problems('host-path', volumes('{ name: a, hostPath: { path: /etc/ } }', ', readOnly: true'))).toEqual(['spec.template.spec.volumes[0].hostPath.path: /etc/ of the node is readable for it']);
    expect(problems('host-path', volumes('{ name: a, hostPath: { path: / } }'))[0]).toContain('writable');
    for (const path of ['/etc/localtime', '/var/log', '/var/lib/docker/containers']) expect(found('host-path', volumes(`{ name: a, hostPath: { path: ${path} } }`))).toEqual([]);
  });

  it('are no place for data of what moves', () => {
    const data = '{ name: a, hostPath: { path: /srv/data } }';
    expect(found('host-path-data', volumes(data))).toHaveLength(1);
    expect(found('host-path-data', volumes(data, ', readOnly: true'))).toEqual([]);
    expect(found('host-path-data', volumes(data, '', 'DaemonSet'))).toEqual([]);
    expect(found('host-path-data', volumes(data).replace('containers:', 'nodeSelector: { disk: fast }, containers:'))).toEqual([]);
    expect(found('host-path-data', volumes(data).replace('containers:', 'nodeSelector: { kubernetes.io/os: linux }, containers:'))).toHaveLength(1);
  });

  it('hold the sockets of runtimes, wherever they lie', () => {
    for (const path of ['/run/containerd/containerd.sock', '/var/run/crio/crio.sock']) expect(found('runtime-socket', volumes(`{ name: a, hostPath: { path: ${path} } }`))).toHaveLength(1);
    expect(found('runtime-socket', volumes('{ name: a, hostPath: { path: /run/mysqld/mysqld.sock } }'))).toEqual([]);
  });
});

describe('TLS of an Ingress', () => {
  const ingress = (spec: string, annotations = '') => `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: shop${annotations} }, spec: { rules: [{ host: a.example.com }, { host: example.com }]${spec} } }`;

  it('covers one level by a wildcard', () => {
    expect(problems('ingress-tls', ingress(', tls: [{ hosts: ["*.example.com"] }]'))).toEqual(['spec.rules[1].host: example.com is not among the hosts of spec.tls (*.example.com)']);
  });

  it('may be missing altogether, unless a certificate is asked for', () => {
    expect(found('ingress-tls', ingress(''))).toEqual([]);
    expect(problems('ingress-tls', ingress('', ', annotations: { cert-manager.io/cluster-issuer: letsencrypt }'))[0]).toContain('asks for certificates');
    expect(found('ingress-tls', ingress(', tls: [{ secretName: all }]'))).toEqual([]);
  });
});

describe('roles', () => {
  it('may have wildcards for resources of one\'s own', () => {
    expect(found('wildcard-permissions', role('{ apiGroups: [shop.example.com], resources: ["*"], verbs: ["*"] }'))).toEqual([]);
    expect(problems('wildcard-permissions', role('{ apiGroups: [""], resources: ["*"], verbs: [get, list] }'))).toEqual(['rules[0].resources: it allows get, list on every resource']);
    expect(problems('wildcard-permissions', role('{ apiGroups: ["*"], resources: [pods], verbs: ["*"] }'))).toEqual(['rules[0].apiGroups: it allows everything on every resource']);
  });

  it('may write Secrets, and read those that are named', () => {
    expect(found('secret-access', role('{ apiGroups: [""], resources: [secrets], verbs: [create, delete] }'))).toEqual([]);
    expect(problems('secret-access', role('{ apiGroups: [""], resources: [secrets], verbs: ["*"] }', 'ClusterRole'))[0]).toContain('get, list, watch on all Secrets of whatever it is bound to');
  });

  it('run commands in pods by any way', () => {
    expect(problems('pod-exec', role('{ apiGroups: [""], resources: ["*/exec"], verbs: [create] }'))).toEqual(['rules[0].resources: it allows pods/exec']);
    expect(found('pod-exec', role('{ apiGroups: [""], resources: [pods/log], verbs: [get] }'))).toEqual([]);
  });

  it('escalate by more than one verb', () => {
    expect(problems('role-escalation', role('{ apiGroups: [""], resources: [users, serviceaccounts/token], verbs: [impersonate, create] }'))).toEqual([
      'rules[0].verbs: with impersonate it may act as anybody', 'rules[0].verbs: with create it may get the token of any service account',
    ]);
  });

  it('that start pods are found where they are bound to the whole cluster', () => {
    const deployer = role('{ apiGroups: [batch], resources: [jobs], verbs: [create] }', 'ClusterRole');
    const subject = '{ kind: ServiceAccount, name: ci, namespace: ci }';
    expect(problems('cluster-wide-pods', documents(deployer, binding(subject, undefined, 'ClusterRoleBinding')))[0]).toContain('allows to write jobs');
    expect(found('cluster-wide-pods', documents(deployer, binding(subject)))).toEqual([]);
  });

  it('are not given to all', () => {
    for (const [subject, who] of [
      ['{ kind: ServiceAccount, name: default, namespace: shop }', 'every pod without a service account of its own'],
      ['{ kind: Group, name: "system:serviceaccounts:shop", apiGroup: rbac.authorization.k8s.io }', 'every pod of namespace shop'],
      ['{ kind: User, name: "system:anonymous", apiGroup: rbac.authorization.k8s.io }', 'everybody who reaches the API server'],
    ]) expect(problems('broad-subject', binding(subject))[0]).toContain(who);
    expect(found('broad-subject', binding('{ kind: Group, name: developers, apiGroup: rbac.authorization.k8s.io }'))).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { PodCases, podOf, shell, stays } from './harness/pods';

/** Below the node ports, and the ports of Ingresses, of every runtime on this host. */
const HOST_PORT = 12_180;

/** Sockets and names of a pod: what it shares with its node and what it has for itself. */
describe.skipIf(!defaultKubectl)('namespaces and names of pods', () => {
  const { kubectl, namespace } = useNamespace('namespaces');
  const pods = new PodCases(kubectl);
  const names = 'hostname; hostname -f 2>/dev/null; cat /etc/hostname';

  beforeAll(() => pods.create(
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'group' }, spec: { clusterIP: 'None', selector: { in: 'group' }, ports: [{ port: 80 }] } },
    podOf('own', { containers: [stays('true'), stays('true')] }),
    podOf('shared', { shareProcessNamespace: true, containers: [stays('true'), stays('true', { command: ['sh', '-c', 'sleep 12345'] })] }),
    podOf('host', { hostNetwork: true, hostPID: true, hostIPC: true, containers: [stays('true')] }),
    podOf('host-dns', { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet', hostAliases: [{ ip: '192.0.2.77', hostnames: ['of-host-network.example.com'] }], containers: [stays('true')] }),
    podOf('named', { hostname: 'alpha', subdomain: 'group', hostAliases: [{ ip: '192.0.2.9', hostnames: ['one.example.com', 'two.example.com'] }, { ip: '192.0.2.10', hostnames: ['three.example.com'] }], containers: [stays('true')] }, { labels: { in: 'group' } }),
    podOf('full-name', { hostname: 'beta', subdomain: 'group', setHostnameAsFQDN: true, containers: [stays('true')] }, { labels: { in: 'group' } }),
    podOf('too-long', { hostname: 'a-host-name-that-is-fifty-characters-long-or-longer', subdomain: 'group', setHostnameAsFQDN: true }),
    podOf('a-name-of-a-pod-that-is-longer-than-a-label-may-be-0123456789-0123456789', { restartPolicy: 'Never', containers: [shell('hostname')] }),
    podOf('dns-none', { restartPolicy: 'Never', dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.53'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] }, containers: [shell('cat /etc/resolv.conf')] }),
    podOf('dns-default', { restartPolicy: 'Never', dnsPolicy: 'Default', containers: [shell('cat /etc/resolv.conf')] }),
    podOf('dns-more', { restartPolicy: 'Never', dnsConfig: { nameservers: ['192.0.2.54'], searches: ['more.example.com'], options: [{ name: 'ndots', value: '3' }] }, containers: [shell('cat /etc/resolv.conf')] }),
    podOf('dns-cluster', { restartPolicy: 'Never', containers: [shell('cat /etc/resolv.conf')] }),
    podOf('host-port', { containers: [shell('echo through the host > /tmp/index.html; exec httpd -f -p 8080 -h /tmp', { ports: [{ containerPort: 8080, hostPort: HOST_PORT, hostIP: '127.0.0.1' }], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } })] }),
  ));

  it('are its own: process 1 is the container\'s, containers share the network only', async () => {
    await pods.running('own');
    expect(await pods.exec('own', 'tr "\\0" " " < /proc/1/cmdline')).toContain('trap');
    const links = (container: string) => pods.exec('own', 'for kind in net ipc pid; do readlink /proc/self/ns/$kind; done', container);
    const [[net, ipc, pid], [net1, ipc1, pid1]] = [(await links('c')).trim().split('\n'), (await links('c1')).trim().split('\n')];
    expect([net1, ipc1]).toEqual([net, ipc]);
    expect(pid1).not.toBe(pid);
  });

  it('of processes can be shared', async () => {
    await pods.running('shared');
    const seen = await pods.exec('shared', 'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done');
    expect(seen).toContain('sleep 12345');
    expect(await pods.exec('shared', 'tr "\\0" " " < /proc/1/cmdline')).toContain('pause');
  });

  it('can be those of the host', async () => {
    explainFailure(kubectl);
    const pod = await pods.running('host');
    const own = await pods.running('own');
    expect(pod.status?.podIP).toBe(pod.status?.hostIP);
    expect(await pods.exec('host', 'hostname')).toBe(`${pod.spec.nodeName}\n`);
    const count = (name: string) => pods.exec(name, 'ls /proc | grep -c "^[0-9]"').then(Number);
    expect(await count('host')).toBeGreaterThan(await count('own') + 5);
    const ns = (name: string, kind: string) => pods.exec(name, `readlink /proc/self/ns/${kind}`);
    expect(await ns('host', 'pid')).toBe(await pods.exec('host', 'readlink /proc/1/ns/pid').catch(() => ns('host', 'pid')));
    for (const kind of ['net', 'ipc', 'pid']) expect(await ns('host', kind)).not.toBe(await ns('own', kind));
    expect(own.status?.podIP).not.toBe(own.status?.hostIP);
    expect(await pods.exec('host', 'cat /etc/resolv.conf')).not.toContain('cluster.local');
  });

  it('of the host\'s network can go with the cluster\'s DNS, and aliases', async () => {
    await pods.running('host-dns');
    expect(await pods.exec('host-dns', 'cat /etc/resolv.conf')).toMatch(new RegExp(`^search ${namespace}\\.svc\\.cluster\\.local svc\\.cluster\\.local cluster\\.local`, 'm'));
    expect(await pods.exec('host-dns', 'cat /etc/hosts')).toMatch(/# Kubernetes-managed hosts file \(host network\)\.[^]*# Entries added by HostAliases\.\n192\.0\.2\.77\tof-host-network\.example\.com\n$/);
  });

  it('give the pod its host name, subdomain and aliases', async () => {
    const pod = await pods.running('named');
    expect(await pods.exec('named', names)).toMatch(new RegExp(`^alpha\nalpha\\.group\\.${namespace}\\.svc\\.cluster\\.local\nalpha\n$`));
    expect(await pods.exec('named', 'cat /etc/hosts')).toBe([
      '# Kubernetes-managed hosts file.', '127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet', 'fe00::0\tip6-mcastprefix', 'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters',
      `${pod.status?.podIP}\talpha.group.${namespace}.svc.cluster.local\talpha`, '', '# Entries added by HostAliases.', '192.0.2.9\tone.example.com\ttwo.example.com', '192.0.2.10\tthree.example.com', '',
    ].join('\n'));
    await pods.running('full-name');
    expect(await pods.exec('full-name', 'hostname')).toBe(`beta.group.${namespace}.svc.cluster.local\n`);
    await eventually('the others find it by its name', async () => (await pods.exec('full-name', `nslookup alpha.group.${namespace}.svc.cluster.local | tail -n +3`)).includes(pod.status?.podIP ?? 'no address'));
  });

  it('cannot be a full name that is too long', async () => {
    await pods.event('too-long', 'FailedCreatePodSandBox', /is too long \(64 characters is the max, \d+ characters requested\)/);
  });

  it('are cut to 63 characters', async () => {
    const name = 'a-name-of-a-pod-that-is-longer-than-a-label-may-be-0123456789-0123456789';
    await pods.ended(name);
    expect(await pods.logs(name)).toBe(`${name.slice(0, 63)}\n`);
  });

  it('resolve by the policy for DNS', async () => {
    explainFailure(kubectl);
    await Promise.all(['dns-none', 'dns-default', 'dns-more', 'dns-cluster'].map((name) => pods.ended(name)));
    expect((await pods.logs('dns-none')).trim().split('\n').sort()).toEqual(['nameserver 192.0.2.53', 'options ndots:2 edns0', 'search example.com']);
    expect(await pods.logs('dns-default')).not.toContain('cluster.local');
    const cluster = await pods.logs('dns-cluster');
    expect(cluster).toMatch(new RegExp(`^search ${namespace}\\.svc\\.cluster\\.local svc\\.cluster\\.local cluster\\.local`, 'm'));
    expect(cluster).toMatch(/^options ndots:5$/m);
    const more = await pods.logs('dns-more');
    expect(more).toMatch(/^search .*cluster\.local.* more\.example\.com$/m);
    expect(more).toMatch(/^nameserver 192\.0\.2\.54$/m);
    expect(more).toMatch(/^options ndots:3$/m);
  });

  it('let a port of the host lead into the pod', async () => {
    await pods.ready('host-port');
    await pods.running('host');
    expect(await pods.exec('host', `wget -qO- http://127.0.0.1:${HOST_PORT}/index.html`)).toBe('through the host\n');
    await kubectl('delete pod host-port --timeout=180s');
    expect(await pods.exec('host', `wget -T 2 -qO- http://127.0.0.1:${HOST_PORT}/index.html || echo closed`)).toBe('closed\n');
  });

  it.each([
    ['None without a server', { dnsPolicy: 'None' }, 'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    ['shared processes with those of the host', { hostPID: true, shareProcessNamespace: true }, 'ShareProcessNamespace and HostPID cannot both be enabled'],
    ['another port than the host\'s on its network', { hostNetwork: true, containers: [{ ports: [{ containerPort: 1, hostPort: 2 }] }] }, 'must match `containerPort` when `hostNetwork` is true'],
  ])('refuse %s', async (_, spec, message) => {
    expect(await pods.refusal(podOf('refused', spec))).toContain(message);
  });
});

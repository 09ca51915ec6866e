import * as dnsPacket from 'dns-packet';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { answering } from './harness/sockets';

/** Passes packets, written as hexadecimal lines, on to the pod's own name server: "UDP 0a0b…". */
const RELAY = String.raw`
use IO::Socket::INET; open my $file, "<", "/etc/resolv.conf"; my ($server) = map { /^nameserver (\S+)/ ? $1 : () } <$file>; alarm 30;
while (<STDIN>) { my ($protocol, $hex) = split; my $packet = pack "H*", $hex;
  my $socket = IO::Socket::INET->new(Proto => lc $protocol, PeerHost => $server, PeerPort => 53) or die "$server: $@";
  if ($protocol eq "UDP") { $socket->send($packet); $socket->recv(my $answer, 4096); print unpack("H*", $answer), "\n" }
  else { print $socket pack("n", length $packet) . $packet; read $socket, my $length, 2; read $socket, my $answer, unpack("n", $length); print unpack("H*", $answer), "\n" }
}`;

const list = (objects: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
const service = (name: string, spec: object, ports: readonly object[] = [{ name: 'web', port: 80, targetPort: 8080 }]) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports, ...spec } });

describe.skipIf(!defaultKubectl)('names in the cluster (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('dns');
  const zone = `${namespace}.svc.cluster.local`;
  const addresses: Record<string, string> = {};

  /** Answers of the pod's name server: records as text, NXDOMAIN, or nothing for a name without such a record. */
  async function query(type: string, name: string, protocol = 'UDP') {
    const packet = dnsPacket.encode({ type: 'query', id: 7, flags: dnsPacket.RECURSION_DESIRED, questions: [{ type: type as 'A', name }] });
    const out = await kubectl(['exec', '-i', 'client', '--', 'perl', '-e', RELAY], { input: `${protocol} ${packet.toString('hex')}\n` });
    const answer = dnsPacket.decode(Buffer.from(out.trim(), 'hex')) as dnsPacket.Packet & { readonly rcode?: string };
    const text = (record: dnsPacket.Answer) => (record.type === 'SRV' ? `${record.data.priority} ${record.data.port} ${record.data.target}` : String((record as { data: unknown }).data));
    return { rcode: answer.rcode, records: (answer.answers ?? []).map((record) => `${record.type} ${text(record)}`).sort(), additionals: answer.additionals ?? [] };
  }
  const records = async (type: string, name: string, protocol?: string) => (await query(type, name, protocol)).records;
  const reverse = (address: string) => `${address.split('.').reverse().join('.')}.in-addr.arpa`;

  beforeAll(async () => {
    const pod = (name: string, spec: object = {}, container: object = {}) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web', name } },
      spec: { terminationGracePeriodSeconds: 0, ...spec, containers: [{ ...answering(['TCP:8080']), ports: [{ name: 'http', containerPort: 8080 }], ...container }] },
    });
    await kubectl(['apply', '-f', '-'], { input: list([
      pod('named', { hostname: 'first', subdomain: 'group' }), pod('nameless'), pod('elsewhere', { hostname: 'second', subdomain: 'no-such-service' }),
      pod('unready', { hostname: 'late', subdomain: 'group' }, { readinessProbe: { exec: { command: ['false'] } } }),
      pod('client', {}, {}),
      service('web', { selector: { app: 'web' } }, [{ name: 'web', port: 80, targetPort: 'http' }, { name: 'dns', port: 53, protocol: 'UDP' }]),
      service('group', { clusterIP: 'None', selector: { app: 'web' } }, [{ name: 'web', port: 80, targetPort: 'http' }]),
      service('everybody', { clusterIP: 'None', selector: { name: 'unready' }, publishNotReadyAddresses: true }),
      service('outside', { type: 'ExternalName', externalName: `web.${zone}` }, []),
      service('far', { type: 'ExternalName', externalName: 'database.example.test' }, []),
    ]) });
    await kubectl('wait --for=condition=Ready pod/named pod/nameless pod/elsewhere pod/client --timeout=180s');
    await eventually('the pod that is never ready has an address', async () => kubectl('get pod unready -o jsonpath={.status.podIP}'));
    for (const { metadata, status } of JSON.parse(await kubectl('get pods -o json')).items) addresses[metadata.name] = status.podIP;
    await eventually('all endpoints are known', async () => (await records('A', `group.${zone}`)).length === 4 && (await records('A', `everybody.${zone}`)).length === 1);
  });

  it('a Service has its address, a record for each named port, and a name for its address', async () => {
    explainFailure(kubectl);
    const ip = await kubectl('get service web -o jsonpath={.spec.clusterIP}');
    expect(await records('A', `web.${zone}`)).toEqual([`A ${ip}`]);
    expect(await records('A', `WEB.${zone}`)).toEqual([`A ${ip}`]);
    expect(await records('SRV', `_web._tcp.web.${zone}`)).toEqual([`SRV 0 80 web.${zone}`]);
    expect(await records('SRV', `_dns._udp.web.${zone}`)).toEqual([`SRV 0 53 web.${zone}`]);
    expect((await query('SRV', `_web._udp.web.${zone}`)).rcode).toBe('NXDOMAIN');
    expect(await records('PTR', reverse(ip))).toEqual([`PTR web.${zone}`]);
  });

  it('is found by its short name in the namespace, and by a longer one from others', async () => {
    const ip = await kubectl('get service web -o jsonpath={.spec.clusterIP}');
    for (const name of ['web', `web.${namespace}`, `web.${namespace}.svc`]) {
      expect(await kubectl(['exec', 'client', '--', 'perl', '-MSocket', '-e', 'print inet_ntoa(scalar gethostbyname($ARGV[0]))', name])).toBe(ip);
    }
  });

  it('a headless Service has the addresses of its ready pods', async () => {
    expect(await records('A', `group.${zone}`)).toEqual(['named', 'nameless', 'elsewhere', 'client'].map((name) => `A ${addresses[name]}`).sort());
    expect(await records('A', `everybody.${zone}`)).toEqual([`A ${addresses.unready}`]);
  });

  it('pods with a hostname and the Service as subdomain have a name of their own, others one made of the address', async () => {
    const dashed = (name: string) => addresses[name].replaceAll('.', '-');
    expect(await records('A', `first.group.${zone}`)).toEqual([`A ${addresses.named}`]);
    expect(await records('A', `${dashed('nameless')}.group.${zone}`)).toEqual([`A ${addresses.nameless}`]);
    expect(await records('A', `${dashed('elsewhere')}.group.${zone}`)).toEqual([`A ${addresses.elsewhere}`]);
    for (const name of [`second.group.${zone}`, `second.no-such-service.${zone}`, `late.group.${zone}`]) expect((await query('A', name)).rcode).toBe('NXDOMAIN');
    expect(await records('PTR', reverse(addresses.named))).toEqual([`PTR first.group.${zone}`]);
    expect(await kubectl('exec named -- cat /etc/hosts')).toMatch(new RegExp(`^${addresses.named}\\s+first\\.group\\.${zone}\\s+first$`, 'm'));
  });

  it('a named port of a headless Service leads to each pod by name and with its own number', async () => {
    const { records: found, additionals } = await query('SRV', `_web._tcp.group.${zone}`, 'TCP'); // more than a datagram of 512 bytes holds
    const hosts = [`first.group.${zone}`, ...['nameless', 'elsewhere', 'client'].map((name) => `${addresses[name].replaceAll('.', '-')}.group.${zone}`)];
    expect(found).toEqual(hosts.map((host) => `SRV 0 8080 ${host}`).sort());
    expect(additionals).toContainEqual(expect.objectContaining({ type: 'A', name: `first.group.${zone}`, data: addresses.named }));
  });

  it('an external name is an alias, followed to addresses where it leads into the cluster', async () => {
    const ip = await kubectl('get service web -o jsonpath={.spec.clusterIP}');
    expect(await records('A', `outside.${zone}`)).toEqual([`A ${ip}`, `CNAME web.${zone}`]);
    expect(await records('CNAME', `far.${zone}`)).toEqual(['CNAME database.example.test']);
  });

  it('what does not exist is NXDOMAIN at once, what has no such record is empty', async () => {
    for (const name of [`nobody.${zone}`, 'web.no-such-namespace.svc.cluster.local', `x.y.z.web.${zone}`]) expect((await query('A', name)).rcode).toBe('NXDOMAIN');
    expect(await query('AAAA', `web.${zone}`)).toMatchObject({ rcode: 'NOERROR', records: [] });
  });

  it('any address of a pod has a name, and answers come over TCP too', async () => {
    expect(await records('A', `${addresses.named.replaceAll('.', '-')}.${namespace}.pod.cluster.local`)).toEqual([`A ${addresses.named}`]);
    expect(await records('A', `first.group.${zone}`, 'TCP')).toEqual([`A ${addresses.named}`]);
  });

  it('changes are seen: a pod that goes takes its names with it', async () => {
    await kubectl('delete pod named');
    await eventually('its name is gone', async () => (await query('A', `first.group.${zone}`)).rcode === 'NXDOMAIN');
    expect(await records('A', `group.${zone}`)).not.toContain(`A ${addresses.named}`);
  });
});

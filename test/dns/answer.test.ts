import * as dnsPacket from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { tryAnswer } from '../../lib/dns/answer';
import { parseNameServers } from '../../lib/dns/forwarder';
import { tryRespond } from '../../lib/dns/respond';

const objects: Record<string, any[]> = {
  Namespace: [{ metadata: { name: 'shop' } }],
  Service: [
    { metadata: { name: 'web', namespace: 'shop' }, spec: { clusterIP: '10.96.0.10', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] } },
    { metadata: { name: 'db', namespace: 'shop' }, spec: { clusterIP: 'None', ports: [{ name: 'mysql', port: 3306 }] } },
    { metadata: { name: 'mail', namespace: 'shop' }, spec: { type: 'ExternalName', externalName: 'smtp.example.com' } },
    { metadata: { name: 'alias', namespace: 'shop' }, spec: { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' } },
  ],
  EndpointSlice: [{
    metadata: { name: 'db-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db' } }, addressType: 'IPv4', ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.240.0.5'], hostname: 'db-0', conditions: { ready: true } },
      { addresses: ['10.240.0.6'], conditions: { ready: true } }, { addresses: ['10.240.0.7'], hostname: 'db-2', conditions: { ready: false } }],
  }],
};
const zone = {
  domain: 'cluster.local', address: '10.240.0.1', ranges: ['10.96.0.0/16', '10.240.0.0/16'],
  lister: {
    list: (kind: string, namespace?: string) => (objects[kind] ?? []).filter(({ metadata }) => !namespace || metadata.namespace === namespace),
    tryGet: (kind: string, key: any) => (objects[kind] ?? [])
      .find(({ metadata }) => metadata.name === (key.name ?? key) && (key.namespace === undefined || metadata.namespace === key.namespace)),
  } as any,
};

describe('names of the cluster', () => {
  it.each<[string, string, string[] | 'missing' | 'not ours']>([
    ['web.shop.svc.cluster.local', 'A', ['10.96.0.10']],
    ['web.shop.svc.cluster.local', 'AAAA', []],
    ['db.shop.svc.cluster.local', 'A', ['10.240.0.5', '10.240.0.6']],
    ['db-0.db.shop.svc.cluster.local', 'A', ['10.240.0.5']],
    ['10-240-0-6.db.shop.svc.cluster.local', 'A', ['10.240.0.6']],
    ['db-2.db.shop.svc.cluster.local', 'A', 'missing'],
    ['mail.shop.svc.cluster.local', 'A', ['smtp.example.com']],
    ['10-240-0-9.shop.pod.cluster.local', 'A', ['10.240.0.9']],
    ['10-240-0-9.other.pod.cluster.local', 'A', 'missing'],
    ['shop.svc.cluster.local', 'A', []],
    ['web.other.svc.cluster.local', 'A', 'missing'],
    ['web.shop.svc.cluster.local.shop.svc.cluster.local', 'A', 'missing'],
    ['10.0.96.10.in-addr.arpa', 'PTR', ['web.shop.svc.cluster.local']],
    ['5.0.240.10.in-addr.arpa', 'PTR', ['db-0.db.shop.svc.cluster.local']],
    ['99.0.240.10.in-addr.arpa', 'PTR', 'missing'],
    ['8.8.8.8.in-addr.arpa', 'PTR', 'not ours'],
    ['example.com', 'A', 'not ours'],
  ])('%s %s', (name, type, expected) => {
    const answer = tryAnswer({ name, type }, zone);
    expect(answer ? (answer.missing ? 'missing' : answer.answers.map((record) => (record as any).data)) : 'not ours').toEqual(expected);
  });

  it('tell the port of a Service, and where each endpoint of a headless one is', () => {
    const web = tryAnswer({ name: '_http._tcp.web.shop.svc.cluster.local', type: 'SRV' }, zone);
    expect(web?.answers).toMatchObject([{ data: { target: 'web.shop.svc.cluster.local', port: 80 } }]);
    const db = tryAnswer({ name: '_mysql._tcp.db.shop.svc.cluster.local', type: 'SRV' }, zone);
    expect(db?.answers.map((record) => (record as any).data.target)).toEqual(['db-0.db.shop.svc.cluster.local', '10-240-0-6.db.shop.svc.cluster.local']);
    expect(db?.additionals).toMatchObject([{ data: '10.240.0.5' }, { data: '10.240.0.6' }]);
  });
});

describe('answers on the wire', () => {
  const ask = async (name: string, type: any, forwarded?: Buffer) => {
    const query = dnsPacket.encode({ type: 'query', id: 7, flags: dnsPacket.RECURSION_DESIRED, questions: [{ name, type }] });
    return dnsPacket.decode(await tryRespond(query, 'udp', { ...zone, random: () => 0, forwarder: { tryForward: () => Promise.resolve(forwarded) } }) ?? Buffer.alloc(0)) as any;
  };

  it('carry the question, its id, and the reason why there is nothing', async () => {
    const answer = await ask('Nobody.Shop.svc.Cluster.Local', 'A');
    expect(answer).toMatchObject({ id: 7, rcode: 'NXDOMAIN', questions: [{ name: 'Nobody.Shop.svc.Cluster.Local' }], authorities: [{ type: 'SOA', name: 'cluster.local' }] });
    expect(await ask('web.shop.svc.cluster.local', 'AAAA')).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] });
  });

  it('follow an alias to its address', async () => {
    expect((await ask('alias.shop.svc.cluster.local', 'A')).answers).toMatchObject([{ type: 'CNAME' }, { type: 'A', data: '10.96.0.10' }]);
    const upstream = dnsPacket.encode({ type: 'response', id: 1, questions: [], answers: [{ type: 'A', name: 'smtp.example.com', ttl: 9, data: '192.0.2.9' }] });
    expect((await ask('mail.shop.svc.cluster.local', 'A', upstream)).answers).toMatchObject([{ type: 'CNAME' }, { data: '192.0.2.9' }]);
  });

  it('are a failure, not silence, when the host has no working name server', async () => {
    expect(await ask('example.com', 'A')).toMatchObject({ id: 7, rcode: 'SERVFAIL' });
  });

  it('never come from ourselves', () => {
    expect(parseNameServers('search x\nnameserver 10.240.0.1\nnameserver 192.0.2.53\n', ['10.240.0.1'])).toEqual(['192.0.2.53']);
  });
});

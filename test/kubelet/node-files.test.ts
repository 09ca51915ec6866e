import { describe, expect, it } from 'vitest';
import { podHosts } from '../../lib/kubelet/hosts-file';
import { parseResolvConf, podDns } from '../../lib/kubelet/resolv-conf';
import { podOf } from './builders';

describe('files of a pod', () => {
  const context = { clusterDns: '10.96.0.10', clusterDomain: 'cluster.local' };
  const host = parseResolvConf('nameserver 192.0.2.53\nsearch corp.example\noptions timeout:2\n');

  it('asks the cluster first, with the namespace as search domain', () => {
    expect(podDns(context, podOf(), host)).toEqual({
      servers: ['10.96.0.10'], searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'corp.example'], options: ['ndots:5'],
    });
  });

  it('leaves the host its own names, unless ClusterFirstWithHostNet asks for the cluster', () => {
    expect(podDns(context, podOf({ hostNetwork: true }), host)).toBeUndefined();
    expect(podDns(context, podOf({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }), host)?.servers).toEqual(['10.96.0.10']);
  });

  it('takes dnsConfig over options of the policy', () => {
    const dnsConfig = { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] };
    expect(podDns(context, podOf({ dnsConfig }), host)).toMatchObject({ servers: ['10.96.0.10', '1.1.1.1'], options: ['ndots:2', 'edns0'] });
    expect(podDns(context, podOf({ dnsPolicy: 'None', dnsConfig }), host)).toMatchObject({ servers: ['1.1.1.1'], searches: [] });
  });

  it('writes hosts with the subdomain name first and aliases last', () => {
    const text = podHosts(podOf({ hostname: 'db-0', subdomain: 'db', hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] }), '10.0.0.2', 'cluster.local');
    expect(text).toContain('10.0.0.2\tdb-0.db.shop.svc.cluster.local\tdb-0\n');
    expect(text.endsWith('1.2.3.4\ta\tb\n')).toBe(true);
  });
});

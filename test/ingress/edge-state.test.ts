import { expect, it } from 'vitest';
import type { Node, Pod } from '../../lib/api/types';
import { edgeAddresses, edgeTroubles } from '../../lib/ingress/edge-state';
import { EDGE_LABELS } from '../../lib/ingress/names';

const pod = (hostIP: string, { ready = true, waiting, labels = EDGE_LABELS }: { readonly ready?: boolean; readonly waiting?: { reason: string; message?: string }; readonly labels?: Record<string, string> } = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: `edge-${hostIP}`, namespace: 'kube-system', labels }, spec: { nodeName: 'here', containers: [] },
  status: { hostIP, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], containerStatuses: [{ name: 'haproxy', state: waiting ? { waiting } : { running: {} } }] },
} as unknown as Pod);

it('gives the hosts whose proxy is ready, with the ports', () => {
  const ports = [{ port: 80, protocol: 'TCP' }, { port: 8443, protocol: 'TCP' }];
  expect(edgeAddresses([pod('192.0.2.9'), pod('192.0.2.1'), pod('192.0.2.3', { ready: false }), pod('192.0.2.4', { labels: {} })], { http: 80, https: 8443 })).toEqual([{ ip: '192.0.2.1', ports }, { ip: '192.0.2.9', ports }]);
});

it('says why a host does not serve: its ports, or what its pod waits for', () => {
  const image = { reason: 'ErrImagePull', message: 'pull access denied for haproxy' };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'there', annotations: { 'ingress.twelve.dev/state': 'port 80 of this host is in use' } } } as Node;
  expect(edgeTroubles([pod('192.0.2.1', { ready: false, waiting: image }), pod('192.0.2.2', { ready: false, waiting: { reason: 'ContainerCreating' } }), pod('192.0.2.3')], [node])).toEqual([
    { reason: 'PortInUse', message: 'Ingresses are not served on node there: port 80 of this host is in use' },
    { reason: 'ProxyNotRunning', message: 'Ingresses are not served on node here: pod kube-system/edge-192.0.2.1 waits with ErrImagePull: pull access denied for haproxy' },
  ]);
});

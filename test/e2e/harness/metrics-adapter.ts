import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createCertificateAuthority, issueCertificate } from '../../../lib/cluster/pki/certificate-authority';

/** A server behind APIServices, as metrics adapters are: answers custom.metrics.k8s.io and external.metrics.k8s.io with what the test puts into `pods`, `objects` and `external`. */
export class MetricsAdapter {
  /** Values of every pod, by metric. */
  readonly pods = new Map<string, { readonly names: () => Promise<readonly string[]>; value: string }>();
  /** By `resource/name/metric`. */
  readonly objects = new Map<string, string>();
  /** By metric and label selector. */
  readonly external = new Map<string, string>();
  /** Paths, users and certificates that came. */
  readonly seen: { readonly path: string; readonly user: string; readonly groups: string; readonly certificate: string; readonly authorization: string | undefined }[] = [];

  private constructor(private readonly server: https.Server, readonly port: number, /** Base64 of PEM. */ readonly caBundle: string) {}

  /** `names` are those that its certificate is for; `frontProxyCa` those whose word about users it believes. */
  static async start(names: readonly string[], frontProxyCa: string): Promise<MetricsAdapter> {
    const authority = await createCertificateAuthority('authority of the adapter', Date.now());
    const { cert, key } = await issueCertificate(authority, { commonName: 'adapter', hosts: names, usage: 'server' }, Date.now());
    const server = https.createServer({ cert, key, ca: frontProxyCa, requestCert: true, rejectUnauthorized: true });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const adapter = new MetricsAdapter(server, (server.address() as AddressInfo).port, Buffer.from(authority.cert).toString('base64'));
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'https://adapter');
      const { headers } = request;
      adapter.seen.push({
        path: url.pathname, user: String(headers['x-remote-user']), groups: String(headers['x-remote-group']), certificate: String((request.socket as TLSSocket).getPeerCertificate().subject.CN),
        authorization: headers.authorization,
      });
      void adapter.answer(url).then((body) => {
        response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', message: `the server could not find the metric ${url.pathname}`, code: 404 }));
      });
    });
    return adapter;
  }

  end(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(url: URL): Promise<object | undefined> {
    const [, , group, version, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const groupVersion = `${group}/${version}`;
    const timestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    if (rest.length === 0) {
      const resources = group.startsWith('custom') ? [{ name: 'pods/requests', singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] }]
        : [{ name: 'queue_length', singularName: '', namespaced: true, kind: 'ExternalMetricValueList', verbs: ['get'] }];
      return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
    }
    const [, namespace, resource, name, metric] = rest;
    if (group.startsWith('external')) {
      const value = this.external.get(`${resource}{${url.searchParams.get('labelSelector') ?? ''}}`);
      return value === undefined ? undefined : { kind: 'ExternalMetricValueList', apiVersion: groupVersion, metadata: {}, items: [{ metricName: resource, metricLabels: {}, timestamp, value }] };
    }
    const item = (kind: string, described: string, value: string) => ({ describedObject: { kind, namespace, name: described, apiVersion: '/v1' }, metric: { name: metric, selector: null }, timestamp, value });
    if (resource === 'pods' && name === '*') {
      const found = this.pods.get(metric);
      return found && { kind: 'MetricValueList', apiVersion: groupVersion, metadata: {}, items: (await found.names()).map((pod) => item('Pod', pod, found.value)) };
    }
    const value = this.objects.get(`${resource}/${name}/${metric}`);
    return value === undefined ? undefined : { kind: 'MetricValueList', apiVersion: groupVersion, metadata: {}, items: [item('Service', name, value)] };
  }
}

import fs from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { createCertificateAuthority, issueCertificate } from '../../lib/cluster/pki/certificate-authority';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { ask, edgeOf } from './harness/edge';
import { eventually } from './harness/eventually';

const file = path.resolve(__dirname, '../../../shared/fixtures/edge.yaml');
const available = defaultKubectl !== undefined && fs.existsSync(file);
const host = 'shop.example.test';

describe.skipIf(!available)('the Ingress of edge.yaml (skipped without kubectl or the fixtures)', () => {
  const { kubectl } = useNamespace('edge');
  const apply = (...items: readonly unknown[]) => kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });

  it('serves the shop with its certificate, and reaches its api as far as the network policy lets it', async () => {
    explainFailure(kubectl);
    const { cert, key } = await issueCertificate(await createCertificateAuthority('e2e', Date.now()), { commonName: host, hosts: [host], usage: 'server' }, Date.now());
    const objects = (loadAll(fs.readFileSync(file, 'utf8')) as { kind: string }[]).filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
    await apply({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: 'shop-tls' }, stringData: { 'tls.crt': cert, 'tls.key': key } }, ...objects);
    for (const name of ['web', 'api']) await kubectl(`rollout status deployment/${name} --timeout=180s`);
    const edge = await edgeOf(kubectl, 'shop');

    const page = await eventually('the shop is served', async () => {
      const answer = await ask(edge, { host, tls: true });
      return answer.status === 200 && answer;
    });
    expect(page).toMatchObject({ certificate: host, body: expect.stringContaining('Welcome to nginx') as unknown });
    expect((await ask(edge, { host })).headers.location).toMatch(/^https:\/\/shop\.example\.test(:\d+)?\/$/);
    expect(await kubectl('get ingress shop')).toMatch(new RegExp(`shop +\\S+ +shop\\.example\\.test +${edge.address.replaceAll('.', '\\.')} +80, 443`));

    // Its policy names `web` alone: the proxy is a pod like others.
    expect((await ask(edge, { host, path: '/api', tls: true })).status).toBe(503);
    await apply({
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'api-from-edge' },
      spec: { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }] }] },
    });
    const answer = await eventually('the api is reached', async () => {
      const { status, headers } = await ask(edge, { host, path: '/api', tls: true });
      return status !== 503 && { status, server: headers.server };
    });
    expect(answer).toEqual({ status: 404, server: expect.stringMatching(/^nginx/) as unknown }); // it has no such page, and says so itself
  });
});

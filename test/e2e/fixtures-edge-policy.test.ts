import fs from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { answering, ask } from './harness/sockets';

const file = path.resolve(__dirname, '../../../shared/fixtures/edge.yaml');
const available = defaultKubectl !== undefined && fs.existsSync(file);

describe.skipIf(!available)('the network policy of edge.yaml (skipped without kubectl or the fixtures)', () => {
  const { kubectl, namespace } = useNamespace('edge-policy');

  it('lets web reach api and nobody else, by pod and by Service, while the node probes it', async () => {
    explainFailure(kubectl);
    const objects = (loadAll(fs.readFileSync(file, 'utf8')) as { kind: string; metadata: { name: string } }[]).filter(({ kind }) => ['Service', 'Deployment', 'NetworkPolicy'].includes(kind));
    const asker = (name: string, app: string) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app } }, spec: { terminationGracePeriodSeconds: 0, containers: [answering(['TCP:80'])] },
    });
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...objects, asker('from-web', 'web'), asker('from-other', 'other')] }) });
    for (const name of ['web', 'api']) await kubectl(`rollout status deployment/${name} --timeout=180s`);
    await kubectl('wait --for=condition=Ready pod/from-web pod/from-other --timeout=180s');

    const api = await kubectl('get pods -l app=api -o jsonpath={.items[0].status.podIP}');
    const service = await kubectl('get service api -o jsonpath={.spec.clusterIP}');
    const web = await kubectl('get service web -o jsonpath={.spec.clusterIP}');
    // nginx says nothing before it is asked, so the pods ask it over HTTP.
    const get = (pod: string, address: string) => kubectl.try(['exec', pod, '--', 'perl', '-MIO::Socket::INET', '-e',
      'my $s = IO::Socket::INET->new(PeerHost => $ARGV[0], PeerPort => 80, Timeout => 2) or exit 1; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>', address]);
    for (const address of [api, service]) {
      expect((await eventually('web reaches api', async () => { const { out } = await get('from-web', address); return out; }))).toContain('Welcome to nginx');
      expect((await get('from-other', address)).code).toBe(1);
    }
    await eventually('web itself is not policed', async () => (await get('from-other', web)).code === 0);
    const other = await kubectl('get pod from-other -o jsonpath={.status.podIP}');
    expect(await ask(kubectl, namespace, 'from-web', [{ protocol: 'TCP', address: other, port: 80 }])).toEqual([expect.objectContaining({ name: 'from-other' })]);
  });
});

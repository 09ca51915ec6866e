import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { loadKubeconfig } from '../../../lib/client/kubeconfig';

export interface RequestCounts {
  readonly reads: number;
  /** Server-side dry runs: the server computes and writes nothing. */
  readonly dryRuns: number;
  readonly writes: number;
}

/** Passes requests on to a cluster and counts them. Tools are pointed at it by a kubeconfig; they need no credentials for it. */
export async function startCountingProxy(kubeconfig: string) {
  const { server, ca, cert, key } = await loadKubeconfig(kubeconfig, { environment: {} });
  const agent = new https.Agent({ keepAlive: true, ca, cert, key });
  let counts = { reads: 0, dryRuns: 0, writes: 0 };
  const proxy = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', server);
    if (request.method === 'GET') counts.reads += 1;
    else if (url.searchParams.has('dryRun')) counts.dryRuns += 1;
    else counts.writes += 1;
    const outgoing = https.request(url, { agent, method: request.method, headers: { ...request.headers, host: url.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  });
  await new Promise<void>((resolve) => { proxy.listen(0, '127.0.0.1', resolve); });
  const { port } = proxy.address() as AddressInfo;
  return {
    kubeconfig: JSON.stringify({
      'apiVersion': 'v1', 'kind': 'Config', 'current-context': 'counted', 'users': [{ name: 'nobody', user: {} }],
      'clusters': [{ name: 'counted', cluster: { server: `http://127.0.0.1:${port}` } }], 'contexts': [{ name: 'counted', context: { cluster: 'counted', user: 'nobody' } }],
    }),
    /** Since the last time. */
    take(): RequestCounts {
      const taken = counts;
      counts = { reads: 0, dryRuns: 0, writes: 0 };
      return taken;
    },
    close() {
      proxy.closeAllConnections();
      proxy.close();
      agent.destroy();
    },
  };
}

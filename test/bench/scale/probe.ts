import https from 'node:https';
import { quantile } from '../statistics';

export interface ProbeAccess {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}
export type Latencies = Readonly<Record<'GET' | 'CREATE' | 'PATCH', Latency>>;

const PATH = '/api/v1/namespaces/default/configmaps';
const PAUSE = 5;

/** A process of its own that reads, creates and patches ConfigMaps one after the other until its parent asks for the times. */
export async function runProbe({ server, ca, cert, key }: ProbeAccess): Promise<void> {
  const agent = new https.Agent({ keepAlive: true, ca, cert, key });
  const times = { GET: [] as number[], CREATE: [] as number[], PATCH: [] as number[] };
  let asked = false;
  process.once('message', () => { asked = true; });
  for (let n = 0; !asked; n++) {
    const name = `probe-${n}`;
    times.CREATE.push(await request('POST', PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { n: 'a' } }));
    times.GET.push(await request('GET', `${PATH}/${name}`));
    times.PATCH.push(await request('PATCH', `${PATH}/${name}`, { data: { n: 'b' } }));
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  const latency = (values: number[]): Latency => {
    values.sort((a, b) => a - b);
    return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), count: values.length };
  };
  const answer: Latencies = { GET: latency(times.GET), CREATE: latency(times.CREATE), PATCH: latency(times.PATCH) };
  process.send?.(answer, () => process.exit());

  function request(method: string, path: string, body?: object): Promise<number> {
    const start = performance.now();
    const headers = body ? { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' } : {};
    return new Promise((resolve, reject) => {
      https.request(new URL(path, server), { method, agent, headers }, (response) => {
        if ((response.statusCode ?? 500) >= 400) reject(new Error(`${method} ${path}: ${response.statusCode}`));
        response.resume().on('end', () => resolve(performance.now() - start)).on('error', reject);
      }).on('error', reject).end(body && JSON.stringify(body));
    });
  }
}

import fs from 'node:fs';
import https from 'node:https';
import { load } from 'js-yaml';
import type { TestRuntime } from '../e2e/harness/runtime';

interface KubeconfigFile {
  readonly clusters: readonly { readonly cluster: { readonly 'server': string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

interface PodStatus {
  readonly phase?: string;
}

/** A bare HTTPS client, so that a benchmark measures the server and not a client library. */
export async function openClient(runtime: TestRuntime) {
  const file = load(fs.readFileSync(runtime.kubeconfig, 'utf8')) as KubeconfigFile;
  const decode = (text: string) => Buffer.from(text, 'base64');
  const { server, 'certificate-authority-data': ca } = file.clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = file.users[0].user;
  const agent = new https.Agent({ keepAlive: true, ca: decode(ca), cert: decode(cert), key: decode(key) });
  const send = (method: string, path: string, body?: unknown) => new Promise<{ status: number; text: string }>((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = https.request(new URL(path, server), { method, agent, headers: text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {} }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, text: answer })).on('error', reject);
    });
    request.on('error', reject).end(text);
  });
  return {
    send,
    async create(path: string, object: unknown) {
      const { status, text } = await send('POST', path, object);
      if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
    },
    /** Resolves when a watch shows the pod in the wanted state. */
    untilPod: (namespace: string, name: string, wanted: (status: PodStatus) => boolean) => new Promise<void>((resolve, reject) => {
      const request = https.get(new URL(`/api/v1/namespaces/${namespace}/pods?watch=1&fieldSelector=metadata.name=${name}`, server), { agent }, (response) => {
        let rest = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          if (lines.some((line) => wanted((JSON.parse(line) as { object: { status: PodStatus } }).object.status ?? {}))) {
            request.destroy();
            resolve();
          }
        });
      });
      request.on('error', reject);
    }),
  };
}

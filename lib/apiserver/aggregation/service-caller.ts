import * as https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { ObjectReader } from '../object-reader';
import type { ServiceReference } from './api-service';
import { serviceAddresses } from './service-endpoint';

/** How a Service is trusted. */
export interface ServiceTrust {
  /** Base64 of PEM. @default the system's authorities */
  readonly caBundle?: string;
  readonly insecure?: boolean;
}

export interface ServiceCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** Client certificate by which servers know that headers about the user come from the API server. */
export interface ProxyCertificate {
  readonly cert: string;
  readonly key: string;
}

const REMEMBERED = 256;

/** HTTPS requests of the API server to Services: to their endpoints directly, so that no virtual address is needed where it runs. */
export class ServiceCaller {
  private readonly agents = new Map<string, https.Agent>();

  constructor(private readonly config: { readonly reader: ObjectReader; readonly certificate?: ProxyCertificate; readonly random: () => number }) {}

  /** Rejects when the Service leads nowhere or nobody answers. */
  async call(service: ServiceReference, trust: ServiceTrust, { method, path, headers, body, signal }: ServiceCall): Promise<{ readonly response: IncomingMessage; readonly url: string }> {
    const { host, port } = this.addressOf(service);
    const url = `https://${host}:${port}${path}`;
    return new Promise((resolve, reject) => {
      const request = https.request({ host, port, method, path, headers: headers as Record<string, string | string[]>, agent: this.agentFor(service, trust), signal }, (response) => resolve({ response, url }));
      request.on('error', (error) => reject(new Error(`${method} "${url}": ${error.message}`, { cause: error })));
      request.end(body);
    });
  }

  private addressOf(service: ServiceReference) {
    const reference = { namespace: service.namespace, name: service.name ?? '' };
    const { reader, random } = this.config;
    const found = serviceAddresses(service, reader.tryGet('Service', reference), reader.tryGet('Endpoints', reference));
    if ('reason' in found) throw new Error(found.message);
    return found[Math.floor(random() * found.length)];
  }

  private agentFor({ namespace, name }: ServiceReference, { caBundle, insecure = false }: ServiceTrust): https.Agent {
    const key = JSON.stringify([namespace, name, caBundle, insecure]);
    let agent = this.agents.get(key);
    if (!agent) {
      if (this.agents.size >= REMEMBERED) this.agents.clear();
      const ca = caBundle ? Buffer.from(caBundle, 'base64').toString('utf8') : undefined;
      agent = new https.Agent({ keepAlive: true, ca, ...this.config.certificate, servername: `${name}.${namespace}.svc`, rejectUnauthorized: !insecure });
      this.agents.set(key, agent);
    }
    return agent;
  }
}

/** The whole answer as bytes. */
export async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

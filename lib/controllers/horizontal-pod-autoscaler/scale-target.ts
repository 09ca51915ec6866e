import type { DeepReadonly } from '../../base/deep-readonly';
import { resourcePath, type ResourceInfo } from '../../api/kinds';
import type { autoscaling } from '../../api/types';
import { answered } from '../../client/answered';
import type { Client } from '../../client/client';
import { Discovery } from '../../client/discovery';

/** autoscaling/v1 Scale, as far as it is looked at. */
export interface Scale {
  readonly metadata: object;
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** What is scaled: anything with a scale subresource. */
export class ScaleTargets {
  private readonly discovery: Discovery;

  constructor(private readonly client: Client) {
    this.discovery = new Discovery(client.transport);
  }

  readonly resourceOf = (type: { readonly apiVersion: string; readonly kind: string }): Promise<ResourceInfo> => this.discovery.resourceOf(type);

  /** Rejects with the API server's refusal, or when there is no such kind. */
  async get(namespace: string, { apiVersion = 'v1', kind, name }: DeepReadonly<autoscaling.CrossVersionObjectReference>): Promise<{ readonly path: string; readonly scale: Scale }> {
    const found = await this.discovery.tryResourceOf({ apiVersion, kind });
    if (!found) throw new UnknownTargetError(`no matches for kind "${kind}" in group "${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}"`);
    const path = resourcePath(found, { namespace, name, subresource: 'scale' });
    return { path, scale: await this.send({ method: 'GET', path }) };
  }

  /** Rejects with a conflict when somebody else changed it since. */
  async update(path: string, scale: Scale, replicas: number): Promise<void> {
    await this.send({ method: 'PUT', path, body: { ...scale, spec: { replicas } } });
  }

  private async send(request: { readonly method: string; readonly path: string; readonly body?: unknown }): Promise<Scale> {
    const headers = { 'accept': 'application/json', 'content-type': 'application/json' };
    return answered(await this.client.transport({ ...request, headers }), request).body as Scale;
  }
}

export class UnknownTargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnknownTargetError';
  }
}

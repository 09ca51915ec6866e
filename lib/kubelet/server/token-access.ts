import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock';
import type { KubeObject } from '../../api/types';
import type { Client } from '../../client/client';
import { HttpError } from './endpoints/endpoint';

export interface TokenAccessConfig {
  readonly client: Pick<Client, 'create'>;
  readonly clock: Clock;
  readonly nodeName: string;
}

interface User {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

interface Review extends KubeObject {
  readonly spec: object;
  readonly status?: { readonly authenticated?: boolean; readonly user?: User; readonly allowed?: boolean };
}

/** As upstream remembers what it was told of tokens. */
const REMEMBERED_FOR = 120_000;
const REMEMBERED = 1024;

/** Lets callers of the node's port in by bearer tokens: the API server says whose they are, and whether they may (`nodes/metrics`, `nodes/stats`, `nodes/log`, `nodes/proxy`). */
export class TokenAccess {
  private readonly known = new Map<string, { readonly until: number; readonly refusal: HttpError | undefined }>();

  constructor(private readonly config: TokenAccessConfig) {}

  /** Rejects with HttpError 401 or 403. */
  async check(token: string, method: string, path: string): Promise<void> {
    const attributes = accessTo(method, path);
    const key = createHash('sha256').update(JSON.stringify([token, attributes])).digest('hex');
    const now = this.config.clock.now();
    let answer = this.known.get(key);
    if (!answer || answer.until < now) {
      if (this.known.size >= REMEMBERED) this.known.clear();
      answer = { until: now + REMEMBERED_FOR, refusal: await this.ask(token, attributes) };
      if (!answer.refusal) this.known.set(key, answer);
    }
    if (answer.refusal) throw answer.refusal;
  }

  private async ask(token: string, { verb, subresource }: Access): Promise<HttpError | undefined> {
    const { client, nodeName } = this.config;
    const identity = await client.create<Review>({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token } });
    const user = identity.status?.user;
    if (!identity.status?.authenticated || !user?.username) return new HttpError(401, 'Unauthorized');
    const { username, uid, groups, extra } = user;
    const access = await client.create<Review>({
      apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: {},
      spec: { user: username, uid, groups, extra, resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName } },
    });
    return access.status?.allowed ? undefined : new HttpError(403, `Forbidden (user=${username}, verb=${verb}, resource=nodes, subresource=${subresource})`);
  }
}

interface Access {
  readonly verb: string;
  readonly subresource: string;
}

const VERBS: Readonly<Record<string, string>> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** What a request to the node's port is in terms of the API. Pure. */
export function accessTo(method: string, path: string): Access {
  const [, first = ''] = path.split('/');
  const subresource = { stats: 'stats', metrics: 'metrics', logs: 'log' }[first] ?? 'proxy';
  return { verb: VERBS[method] ?? 'get', subresource };
}

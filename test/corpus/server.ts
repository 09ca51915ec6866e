import { ApiServer, ANONYMOUS } from '../../lib/apiserver/api-server';
import { stampResourceVersion } from '../../lib/apiserver/object-storage';
import type { ApiResponse, UserInfo } from '../../lib/api/request';
import type { KubeObject } from '../../lib/api/types';
import { MemoryBackend } from '../../lib/store/memory';

const ADMIN: UserInfo = { username: 'system:admin', groups: ['system:masters', 'system:authenticated'] };

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly anonymous: boolean;
}

export interface CorpusServer {
  send(request: Sent): Promise<ApiResponse>;
  /** Forgets the past, as a server does after some minutes. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

/** An API server in memory, with what exists after a fresh start. */
export async function startServer(): Promise<CorpusServer> {
  const backend = new MemoryBackend<KubeObject>({ stamp: stampResourceVersion, history: 200_000 });
  const server = new ApiServer({ backend });
  const stopping = new AbortController();
  await server.start(stopping.signal);
  const send = ({ anonymous, ...request }: Sent) => server.handle({ ...request, user: anonymous ? ANONYMOUS : ADMIN });
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    await server.handle({ method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, user: ADMIN });
  }
  return {
    send,
    compact: () => backend.compact(backend.revision - 1),
    stop: async () => {
      stopping.abort();
      await backend.close();
    },
  };
}

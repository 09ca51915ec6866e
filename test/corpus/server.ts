import { generateKeyPairSync } from 'node:crypto';
import { admissionSteps } from '../../lib/apiserver/admission/index';
import { ApiServer, ANONYMOUS } from '../../lib/apiserver/api-server';
import { errorResponse } from '../../lib/apiserver/api-error';
import { authenticate } from '../../lib/apiserver/auth/authenticator';
import { impersonated } from '../../lib/apiserver/auth/impersonation';
import { NodeAuthorizer } from '../../lib/apiserver/auth/node-authorizer';
import { RbacAuthorizer } from '../../lib/apiserver/auth/rbac';
import { ServiceAccountTokens } from '../../lib/apiserver/auth/service-account-tokens';
import { bootstrap } from '../../lib/apiserver/bootstrap/bootstrap';
import { ObjectStorage } from '../../lib/apiserver/object-storage';
import { OBJECT_STORE } from '../../lib/apiserver/store-options';
import type { ApiResponse, UserInfo } from '../../lib/api/request';
import type { KubeObject } from '../../lib/api/types';
import { systemClock as clock } from '../../lib/base/clock';
import { MemoryBackend } from '../../lib/store/memory';

const ADMIN: UserInfo = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

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

/** An API server in memory, with what exists after a fresh start, and the part of its HTTPS front that finds out who asks. */
export async function startServer(): Promise<CorpusServer> {
  const backend = new MemoryBackend<KubeObject>({ ...OBJECT_STORE, history: 200_000 });
  const reader = new ObjectStorage(backend);
  const authorizer = new NodeAuthorizer(reader, new RbacAuthorizer(reader));
  const tokens = new ServiceAccountTokens({ ...keys(), issuer: ISSUER, audiences: [ISSUER], reader, clock });
  const random = Math.random;
  const server = new ApiServer({
    backend, authorizer, tokens, issueToken: (request) => tokens.issue(request),
    admission: admissionSteps({ serviceCidr: '10.0.0.0/16', clock, random, authorizer, unsupportedFields: 'off' }),
  });
  const stopping = new AbortController();
  await server.start(stopping.signal);
  await bootstrap(server.handle, { serviceAddress: '10.0.0.1', address: '192.0.2.1', port: 6443 });
  const authenticated = ({ anonymous, headers: { authorization } }: Sent) => (authorization ? authenticate({ authorization }, tokens) : anonymous ? ANONYMOUS : ADMIN);
  const userOf = async (sent: Sent) => impersonated(authorizer, await authenticated(sent), sent.headers);
  const send = async (sent: Sent) => {
    try {
      const { anonymous: _anonymous, ...request } = sent;
      return await server.handle({ ...request, user: await userOf(sent) });
    } catch (error) {
      return errorResponse(error);
    }
  };
  return {
    send,
    compact: () => backend.compact(backend.revision - 1),
    stop: async () => {
      stopping.abort();
      await backend.close();
    },
  };
}

function keys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
}

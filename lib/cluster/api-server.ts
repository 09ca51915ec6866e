import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import type { PortRange } from '../api/node-ports';
import type { Transport } from '../api/request';
import type { KubeObject } from '../api/types';
import { admissionSteps } from '../apiserver/admission/index';
import { ApiServer as ApiServerFunction } from '../apiserver/api-server';
import { NodeAuthorizer } from '../apiserver/auth/node-authorizer';
import { RbacAuthorizer } from '../apiserver/auth/rbac';
import { ServiceAccountTokens } from '../apiserver/auth/service-account-tokens';
import { bootstrap } from '../apiserver/bootstrap/bootstrap';
import { extensionAuthentication } from '../apiserver/bootstrap/bootstrap-objects';
import { HttpsServer } from '../apiserver/https-server';
import { connectBackend } from '../apiserver/backend-proxy/backend-connector';
import { HttpsNodeConnector } from '../apiserver/node-proxy/https-node-connector';
import { ObjectStorage } from '../apiserver/object-storage';
import { OBJECT_STORE } from '../apiserver/store-options';
import type { Backend } from '../store/backend';
import { firstServiceAddress } from './node-subnet';
import { nodeServicesRights } from './nodes/node-services-rights';
import type { Pki } from './pki/pki';

/** Of service account tokens: who says it, and for whom when nothing else is asked. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface ApiServerOptions {
  /** `store.db` of the data directory; undefined keeps everything in memory. */
  readonly storeFile: string | undefined;
  readonly pki: Pki;
  readonly settings: { readonly port: number; readonly serviceCidr: string };
  /** Where node ports are chosen as long as one is free there. @default all of Kubernetes' range */
  readonly preferredNodePorts?: PortRange;
  /** Where pods reach the API server: behind the Service `kubernetes`. */
  readonly advertiseAddress: string;
  /** @default refuse */
  readonly unsupportedFields?: 'refuse' | 'warn' | 'off';
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A running API server. */
export interface ApiServer {
  /** In this process, without a socket; the caller says who it is in `user`. */
  readonly transport: Transport;
  /** Serves HTTPS on one more address, same port. May be called twice for the same one. */
  listen(address: string): Promise<void>;
  /** Ends every connection; resolves when all that was acknowledged is on disk. */
  close(): Promise<void>;
}

/** Store, authentication, authorization, admission and HTTPS around the API server. Resolves when the default objects exist and 127.0.0.1 answers. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { storeFile, pki, settings, advertiseAddress, logger } = options;
  const ended = new AbortController();
  const backend = await openBackend(storeFile);
  const { server, tokens, authorizer } = assemble(backend, options);
  const nodeCredentials = { ca: pki.ca.cert, cert: pki.kubeletClient.cert, key: pki.kubeletClient.key };
  const listening = new Map<string, Promise<unknown>>();
  const listen = async (address: string) => {
    const start = () => new HttpsServer({
      handle: server.handle, reader: server.reader, authorizer, tokens, logger, address, port: settings.port, nodeCredentials,
      tls: { ca: pki.ca.cert, cert: pki.server.cert, key: pki.server.key },
    }).start(ended.signal);
    if (!listening.has(address)) listening.set(address, start());
    try {
      await listening.get(address);
    } catch (error) {
      listening.delete(address);
      throw error;
    }
  };
  const close = async () => {
    ended.abort();
    await backend.close();
  };
  try {
    await server.start(ended.signal);
    await bootstrap(server.handle, { serviceAddress: firstServiceAddress(settings.serviceCidr), address: advertiseAddress, port: settings.port }, [
      ...nodeServicesRights, extensionAuthentication({ clientCa: pki.ca.cert, frontProxyCa: pki.frontProxy.ca.cert }),
    ]);
    await listen('127.0.0.1');
  } catch (error) {
    await close();
    throw error;
  }
  return { transport: server.handle, listen, close };
}

/** Everything of the API server that needs no port. Tests use it with a memory store. */
export function assemble(backend: Backend<KubeObject>, { pki, settings, preferredNodePorts, unsupportedFields = 'refuse', random = Math.random, clock, logger }: Omit<ApiServerOptions, 'storeFile' | 'advertiseAddress'>) {
  const reader = new ObjectStorage(backend);
  const authorizer = new NodeAuthorizer(reader, new RbacAuthorizer(reader));
  const tokens = new ServiceAccountTokens({ ...pki.serviceAccount, issuer: ISSUER, audiences: [ISSUER], reader, clock });
  const server = new ApiServerFunction({
    backend, clock, logger, authorizer, random,
    aggregation: { certificate: pki.frontProxy.client },
    nodes: new HttpsNodeConnector({ ca: pki.ca.cert, cert: pki.kubeletClient.cert, key: pki.kubeletClient.key }),
    backends: connectBackend,
    admission: admissionSteps({ serviceCidr: settings.serviceCidr, preferredNodePorts, clock, random, authorizer, unsupportedFields }),
    issueToken: (request) => tokens.issue(request),
    tokens,
  });
  return { server, tokens, authorizer };
}

async function openBackend(storeFile: string | undefined): Promise<Backend<KubeObject>> {
  if (storeFile === undefined) {
    const { MemoryBackend } = await import('../store/memory.js');
    return new MemoryBackend<KubeObject>(OBJECT_STORE);
  }
  const { openSqliteBackend } = await import('../store/sqlite.js');
  return openSqliteBackend<KubeObject>(storeFile, OBJECT_STORE);
}

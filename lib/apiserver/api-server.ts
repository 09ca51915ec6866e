import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../base/clock';
import { type Logger, silentLogger } from '../base/logger';
import type { ApiRequest, ApiResponse, Transport, UserInfo } from '../api/request';
import type { KubeObject } from '../api/types';
import type { Backend } from '../store/backend';
import type { AdmissionStep } from './admission/admission-step';
import { Aggregator } from './aggregation/aggregator';
import type { ProxyCertificate } from './aggregation/service-caller';
import { errorResponse, toStatusError } from './api-error';
import { tryIssuerDocument } from './auth/issuer-discovery';
import { checkAuthorized } from './authorization';
import type { IssueToken, ServerContext } from './call';
import { CustomResources } from './custom-resources/custom-resources';
import type { BackendConnector } from './backend-proxy/backend-connector';
import type { NodeConnector } from './node-connector';
import type { ObjectReader } from './object-reader';
import { ObjectStorage } from './object-storage';
import { printed } from './printed';
import { ResourceTable } from './registry/resource-table';
import { parseRequest } from './request-info';
import { answerResource } from './resource-routes';
import { answerPath } from './path-routes';

export interface ApiServerConfig {
  /** Made with the options `OBJECT_STORE`. */
  readonly backend: Backend<KubeObject>;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Without one everything is allowed. */
  readonly authorizer?: ServerContext['authorizer'];
  /** In order. */
  readonly admission?: readonly AdmissionStep[];
  readonly nodes?: NodeConnector;
  readonly backends?: BackendConnector;
  /** Serves metrics.k8s.io, from the nodes, and what APIServices lead to. @default false */
  readonly aggregation?: false | { readonly certificate?: ProxyCertificate };
  readonly issueToken?: IssueToken;
  /** Answers TokenReviews. */
  readonly tokens?: ServerContext['tokens'];
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}

export const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** A Kubernetes 1.28 API server as a function from request to response. It opens no port; whoever does authenticates and sets `request.user`. */
export class ApiServer {
  private readonly context: ServerContext;
  private readonly logger: Logger;
  private readonly aggregator: Aggregator | undefined;

  constructor({ backend, clock = systemClock, logger = silentLogger, authorizer, admission = [], nodes, backends, aggregation = false, issueToken, tokens, random = Math.random }: ApiServerConfig) {
    this.logger = logger;
    const context: ServerContext = {
      storage: new ObjectStorage(backend), resources: new ResourceTable(), clock, logger, authorizer, admission, nodes, backends, issueToken, tokens, random, newUid: randomUUID,
    };
    this.aggregator = aggregation ? new Aggregator(context, aggregation.certificate) : undefined;
    this.context = { ...context, aggregation: this.aggregator };
  }

  /** Reads what is committed, without authorization. */
  get reader(): ObjectReader {
    return this.context.storage;
  }

  readonly handle: Transport = async (request) => printed(request, await this.answer(request));

  /** Serves the custom resources that the store already defines, and those to come, until the signal aborts. Resolves when the first are served. */
  start(signal: AbortSignal): Promise<void> {
    this.aggregator?.start(this.handle, signal);
    return new CustomResources(this.context).start(signal);
  }

  private async answer(request: ApiRequest): Promise<ApiResponse> {
    try {
      const info = parseRequest(request);
      const user = request.user ?? ANONYMOUS;
      checkAuthorized(this.context.authorizer, user, info);
      const elsewhere = await this.aggregator?.tryAnswer(request, info, user);
      if (elsewhere) return elsewhere;
      if (info.isResourceRequest) return await answerResource(this.context, request, info, user);
      return (await tryIssuerDocument(this.context.tokens ?? {}, info.path)) ?? answerPath(this.context, request, info);
    } catch (error) {
      if (toStatusError(error).code >= 500) this.logger.error('a request failed', { method: request.method, path: request.path, error });
      return errorResponse(error);
    }
  }
}

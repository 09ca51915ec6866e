import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import type { ApiRequest, UserInfo } from '../api/request';
import type { AdmissionStep } from './admission/admission-step';
import type { ServedVersion } from './aggregation/served-version';
import type { Authorizer } from './auth/authorizer';
import type { ReviewContext } from './auth/reviews';
import type { TokenVerifier } from './auth/service-account-tokens';
import type { Form } from './media-type';
import type { BackendConnector } from './backend-proxy/backend-connector';
import type { NodeConnector } from './node-connector';
import type { ObjectStorage } from './object-storage';
import type { Resource } from './registry/resource';
import type { ResourceTable } from './registry/resource-table';
import type { RequestInfo } from './request-info';

/** Answers TokenRequests for ServiceAccounts: the body comes back with its status. */
export type IssueToken = (request: TokenRequest) => Promise<unknown>;

export interface TokenRequest {
  readonly namespace: string;
  /** Of the ServiceAccount. */
  readonly name: string;
  readonly body: unknown;
  readonly user: UserInfo;
  readonly dryRun: boolean;
}

/** What every handler of one API server shares. */
export interface ServerContext {
  readonly storage: ObjectStorage;
  readonly resources: ResourceTable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly admission: readonly AdmissionStep[];
  readonly authorizer?: Authorizer & Partial<Pick<ReviewContext['authorizer'], 'rulesOf'>>;
  readonly nodes?: NodeConnector;
  /** To the addresses of pods, for pods/proxy and services/proxy. */
  readonly backends?: BackendConnector;
  /** What others serve below /apis, for discovery. */
  readonly aggregation?: { readonly versions: () => readonly ServedVersion[] };
  readonly issueToken?: IssueToken;
  /** Answers TokenReviews. */
  readonly tokens?: TokenVerifier;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newUid: () => string;
}

/** One request to one resource on its way through a handler. */
export interface Call {
  readonly server: ServerContext;
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly resource: Resource;
  readonly query: URLSearchParams;
  readonly user: UserInfo;
  readonly form: Form;
  /** Texts for the Warning header, each once, in order. */
  readonly warnings: Set<string>;
}

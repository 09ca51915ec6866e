import type { DeepReadonly } from '../base/deep-readonly';
import type { Ingress } from '../api/types';

export interface EdgeServer {
  readonly address: string;
  readonly port: number;
}

/** A port of a Service. */
export interface EdgeBackend {
  /** `shop_web_http`: names of Kubernetes have no underscore. */
  readonly name: string;
  readonly protocol: 'http' | 'h2' | 'https';
  /** Of one client always to the same server, as long as it is there. */
  readonly sticky: boolean;
  /** The pods; without any, requests are answered 503. */
  readonly servers: readonly EdgeServer[];
  /** The servers are about to end, and asked only because nobody else is there. */
  readonly ending?: boolean;
  /** Of an ExternalName Service, in place of pods. */
  readonly external?: { readonly hostname: string; readonly port: number };
}

export interface EdgeRoute {
  /** In lower case; `*.example.test` stands for one label, '' for every host. */
  readonly host: string;
  /** `exact`: the whole path. `prefix`: the first elements of it. */
  readonly match: 'exact' | 'prefix';
  /** Without the slash at the end where it is a prefix. */
  readonly path: string;
  readonly backend: string;
  /** Plain HTTP is sent to HTTPS. */
  readonly redirect: boolean;
}

/** What answers when no route does. */
export interface EdgeDefault {
  readonly host: string;
  readonly backend: string;
  readonly redirect: boolean;
}

export interface EdgeCertificate {
  /** Of the file. */
  readonly name: string;
  readonly pem: string;
  /** Shown to clients that ask for one of these; empty: for the names the certificate has. */
  readonly hosts: readonly string[];
}

/** What the people who wrote an Ingress must be told. */
export interface EdgeProblem {
  readonly ingress: DeepReadonly<Ingress>;
  readonly reason: string;
  readonly message: string;
}

/** Everything the proxy is to do. */
export interface EdgeModel {
  readonly routes: readonly EdgeRoute[];
  readonly defaults: readonly EdgeDefault[];
  readonly backends: readonly EdgeBackend[];
  readonly certificates: readonly EdgeCertificate[];
  readonly problems: readonly EdgeProblem[];
}

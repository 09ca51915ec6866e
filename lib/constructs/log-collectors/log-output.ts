import { checkPort } from '../ports';
import type { SecretReference } from '../variables';

/** Where a server is, and who asks it. */
export interface LogServer {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user?: string;
  readonly password?: SecretReference;
}

export interface LogServerOptions {
  readonly host: string;
  /** @default the server's usual port */
  readonly port?: number;
  /** Verified with the certificates of the collector's image. @default false */
  readonly tls?: boolean;
  /** @default none */
  readonly user?: string;
  /** `secrets.value('LOKI_PASSWORD')`. @default none */
  readonly password?: SecretReference;
}

export interface IndexOptions extends LogServerOptions {
  /** Indices are called `<prefix>-YYYY.MM.DD`. @default logs */
  readonly prefix?: string;
}

/** What a collector does with the lines, whichever collector it is. */
export type LogOutputKind =
  | { readonly type: 'stdout' }
  | { readonly type: 'file'; readonly folder: string }
  | { readonly type: 'http'; readonly server: LogServer; readonly path: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: 'forward'; readonly server: LogServer; readonly sharedKey?: SecretReference }
  | { readonly type: 'elasticsearch' | 'opensearch'; readonly server: LogServer; readonly prefix: string }
  | { readonly type: 'loki'; readonly server: LogServer; readonly tenant?: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly type: 's3'; readonly bucket: string; readonly region: string; readonly endpoint?: string; readonly prefix: string; readonly accessKey?: SecretReference; readonly secretKey?: SecretReference };

/** Where a LogCollector sends what it has read. */
export class LogOutput {
  /** Its own output, as JSON lines: for trying it out. The collector leaves out its own log. */
  static stdout(): LogOutput {
    return new LogOutput({ type: 'stdout' });
  }

  /** Files of a folder on the node, which somebody else takes away and removes. */
  static file(folder: string): LogOutput {
    if (!/^\/.*[^/]$/.test(folder)) throw new Error(`LogOutput.file: "${folder}" is not the absolute path of a folder on the node; write it like /var/log/collected`);
    return new LogOutput({ type: 'file', folder });
  }

  /**
   * JSON, posted to a path.
   * @param options what differs from the defaults
   * @param options.headers of each request @default none
   */
  static http({ path = '/', headers = {}, ...server }: LogServerOptions & { readonly path?: string; readonly headers?: Readonly<Record<string, string>> }): LogOutput {
    if (!path.startsWith('/')) throw new Error(`LogOutput.http: the path "${path}" must begin with /; write "/${path}"`);
    return new LogOutput({ type: 'http', server: serverOf('http', server, server.tls ? 443 : 80), path, headers });
  }

  /**
   * Another Fluentd or Fluent Bit, by their own protocol.
   * @param options what differs from the defaults
   * @param options.sharedKey that it expects @default none
   */
  static forward({ sharedKey, ...server }: Omit<LogServerOptions, 'user' | 'password'> & { readonly sharedKey?: SecretReference }): LogOutput {
    return new LogOutput({ type: 'forward', server: serverOf('forward', server, 24224), sharedKey });
  }

  /** Elasticsearch 8 and newer. */
  static elasticsearch({ prefix = 'logs', ...server }: IndexOptions): LogOutput {
    return new LogOutput({ type: 'elasticsearch', server: serverOf('elasticsearch', server, 9200), prefix });
  }

  static opensearch({ prefix = 'logs', ...server }: IndexOptions): LogOutput {
    return new LogOutput({ type: 'opensearch', server: serverOf('opensearch', server, 9200), prefix });
  }

  /**
   * Grafana Loki. Streams are labelled by namespace, pod and container.
   * @param options what differs from the defaults
   * @param options.labels more of them, fixed ones @default none
   * @param options.tenant of a server with several @default none
   */
  static loki({ tenant, labels = {}, ...server }: LogServerOptions & { readonly tenant?: string; readonly labels?: Readonly<Record<string, string>> }): LogOutput {
    return new LogOutput({ type: 'loki', server: serverOf('loki', server, 3100), tenant, labels });
  }

  /**
   * Objects `<prefix>/YYYY/MM/DD/…` of a bucket.
   * @param options what differs from the defaults
   * @param options.endpoint of an S3-compatible server @default Amazon's
   * @param options.accessKey with `secretKey` @default the node's own identity
   */
  static s3({ bucket, region, endpoint, prefix = 'logs', accessKey, secretKey }: Omit<Extract<LogOutputKind, { readonly type: 's3' }>, 'type' | 'prefix'> & { readonly prefix?: string }): LogOutput {
    if ((accessKey === undefined) !== (secretKey === undefined)) throw new Error(`LogOutput.s3 "${bucket}": accessKey and secretKey belong together; give both or neither`);
    return new LogOutput({ type: 's3', bucket, region, endpoint, prefix, accessKey, secretKey });
  }

  private constructor(readonly kind: LogOutputKind) {}
}

function serverOf(type: string, { host, port, tls = false, user, password }: LogServerOptions, usual: number): LogServer {
  const what = `LogOutput.${type}`;
  if (!/^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$/.test(host)) throw new Error(`${what}: "${host}" is not a host; write it without https:// and without a port`);
  if ((user === undefined) !== (password === undefined)) throw new Error(`${what}: user and password belong together; give both or neither`);
  return { host, port: checkPort(what, port ?? usual), tls, user, password };
}

import * as path from 'node:path';
import { type Clock, systemClock } from '../base/clock';
import { type Credentials, type CredentialSource, tokenFromFile } from './credentials';
import { pluginCredentials } from './exec-plugin';
import { Kubeconfig, readText, type User } from './kubeconfig-file';

/** How to reach one API server as one user: what `httpsTransport` takes, and the namespace to use by default. */
export interface ClusterAccess extends Credentials {
  readonly contextName: string;
  readonly server: string;
  readonly namespace: string;
  readonly ca?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
  /** Instead of the credentials above, where they change. */
  readonly credentials?: CredentialSource;
  /** Of every request: as whom the user acts. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface KubeconfigOptions {
  /** @default the file's current-context */
  readonly context?: string;
  /** Environment of exec plugins. @default only what the plugin's entry sets */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Exec plugins may ask on standard input. @default false */
  readonly interactive?: boolean;
  /** By which credentials expire. @default the system's */
  readonly clock?: Clock;
}

/**
 * Reads a kubeconfig, given as its path or as its text (what has more than one line is text), or several that are merged as kubectl does. File references are relative to their file.
 * Programs that print credentials are not run before a request needs them.
 */
export function loadKubeconfig(source: string | readonly string[], { context: wanted, environment = {}, interactive = false, clock = systemClock }: KubeconfigOptions = {}): ClusterAccess {
  const config = typeof source === 'string' && source.includes('\n') ? Kubeconfig.parse(source) : Kubeconfig.read(typeof source === 'string' ? [source] : source);
  const contextName = wanted ?? config.currentContext();
  const { value: context } = config.find('context', contextName);
  const { value: cluster, folder } = config.find('cluster', context.cluster ?? '');
  const { value: user, folder: userFolder } = context.user ? config.find('user', context.user) : { value: {} as User, folder };
  if (!cluster.server) throw new Error(`cluster "${context.cluster}" has no server; set clusters[].cluster.server to https://host:port`);
  if (cluster['proxy-url']) throw new Error(`cluster "${context.cluster}" has the proxy-url ${cluster['proxy-url']}; proxies are not supported: use a server address that is reached without one`);
  if (user['auth-provider']) throw new Error(`user "${context.user}" uses auth-provider, which Kubernetes has removed; use its exec plugin instead`);

  return withoutUndefined({
    contextName,
    server: cluster.server,
    namespace: context.namespace || 'default',
    ca: data(cluster['certificate-authority-data'], cluster['certificate-authority'], folder, 'the certificate authority'),
    ...credentialsOf(user, userFolder),
    ...(user.exec && { credentials: pluginCredentials(user.exec, { cluster, folder: userFolder, environment, interactive, clock }) }),
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'],
    tlsServerName: cluster['tls-server-name'],
    headers: impersonation(user, context.user ?? ''),
  });
}

function credentialsOf(user: User, folder: string): Credentials & { readonly credentials?: CredentialSource } {
  const own: Credentials = {
    cert: data(user['client-certificate-data'], user['client-certificate'], folder, 'the client certificate'),
    key: data(user['client-key-data'], user['client-key'], folder, 'the client key'),
    token: user.token,
    username: user.username,
    password: user.password,
  };
  return user.tokenFile ? { credentials: tokenFromFile(path.resolve(folder, user.tokenFile), withoutUndefined(own)) } : own;
}

function data(inline: string | undefined, file: string | undefined, folder: string, what: string): string | undefined {
  if (inline) return Buffer.from(inline, 'base64').toString('utf8');
  return file ? readText(path.resolve(folder, file), what) : undefined;
}

/** `as` of a user. */
function impersonation(user: User, name: string): ClusterAccess['headers'] {
  const { as, 'as-uid': uid, 'as-groups': groups = [], 'as-user-extra': extra = {} } = user;
  if (!as) {
    if (uid || groups.length > 0 || Object.keys(extra).length > 0) throw new Error(`user "${name}" has as-uid, as-groups or as-user-extra without as; say as whom with users[].user.as`);
    return undefined;
  }
  return {
    'impersonate-user': as, ...(uid && { 'impersonate-uid': uid }), ...(groups.length > 0 && { 'impersonate-group': groups }),
    ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`, values])),
  };
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

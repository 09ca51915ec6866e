import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { load } from 'js-yaml';

/** How to reach one API server as one user: what `httpsTransport` takes, and the namespace to use by default. */
export interface ClusterAccess {
  readonly contextName: string;
  readonly server: string;
  readonly namespace: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
}

export interface KubeconfigOptions {
  /** @default the file's current-context */
  readonly context?: string;
  /** Environment of exec plugins. @default only what the plugin's entry sets */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

interface Named<T> { readonly name?: string; readonly value?: T }
interface Cluster {
  readonly 'server'?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
}
interface User {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly 'token'?: string;
  readonly 'tokenFile'?: string;
  readonly 'username'?: string;
  readonly 'password'?: string;
  readonly 'exec'?: ExecPlugin;
  readonly 'auth-provider'?: unknown;
}
interface ExecPlugin {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
}
interface Context { readonly cluster?: string; readonly user?: string; readonly namespace?: string }

/** Reads a kubeconfig, given as its path or as its text (what has more than one line is text). File references are relative to the file. */
export function loadKubeconfig(pathOrText: string, options: KubeconfigOptions = {}): ClusterAccess {
  const isText = pathOrText.includes('\n');
  const source = isText ? 'the given kubeconfig' : pathOrText;
  const folder = isText ? '.' : path.dirname(path.resolve(pathOrText));
  const config = parse(isText ? pathOrText : readText(pathOrText, `the kubeconfig ${pathOrText}`), source);

  const contextName = options.context ?? config['current-context'];
  if (typeof contextName !== 'string' || !contextName) throw new Error(`${source} has no current-context; choose one of: ${namesIn(config['contexts'])}`);
  const context = find<Context>(config['contexts'], 'context', contextName, source);
  const cluster = find<Cluster>(config['clusters'], 'cluster', context.cluster ?? '', source);
  const user = context.user ? find<User>(config['users'], 'user', context.user, source) : {};
  if (!cluster.server) throw new Error(`cluster "${context.cluster}" in ${source} has no server; set clusters[].cluster.server to https://host:port`);
  if (user['auth-provider']) throw new Error(`user "${context.user}" in ${source} uses auth-provider, which Kubernetes has removed; use its exec plugin instead`);

  const data = (inline: string | undefined, file: string | undefined, what: string) => (inline ? Buffer.from(inline, 'base64').toString('utf8') : file ? readText(path.resolve(folder, file), what) : undefined);
  return withoutUndefined({
    contextName,
    server: cluster.server,
    namespace: context.namespace ?? 'default',
    ca: data(cluster['certificate-authority-data'], cluster['certificate-authority'], 'the certificate authority'),
    cert: data(user['client-certificate-data'], user['client-certificate'], 'the client certificate'),
    key: data(user['client-key-data'], user['client-key'], 'the client key'),
    token: user.tokenFile ? readText(path.resolve(folder, user.tokenFile), 'the token').trim() : user.token,
    username: user.username,
    password: user.password,
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'],
    tlsServerName: cluster['tls-server-name'],
    ...(user.exec && runPlugin(user.exec, cluster, folder, options.environment ?? {})),
  });
}

function parse(text: string, source: string): Record<string, unknown> {
  let config: unknown;
  try {
    config = load(text);
  } catch (error) {
    throw new Error(`${source} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) throw new Error(`${source} is not a kubeconfig: it has no clusters, users and contexts`);
  return config as Record<string, unknown>;
}

function readText(file: string, what: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function entries(list: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null) : [];
}

const namesIn = (list: unknown) => entries(list).map(({ name }) => String(name)).join(', ') || '(there are none)';

function find<T>(list: unknown, what: 'context' | 'cluster' | 'user', name: string, source: string): T {
  const entry = entries(list).find((candidate) => candidate['name'] === name) as (Named<T> & Record<string, T | undefined>) | undefined;
  if (!entry) throw new Error(`${source} has no ${what} "${name}"; it has: ${namesIn(list)}`);
  return entry[what] ?? ({} as T);
}

/** Follows client.authentication.k8s.io/v1 (and v1beta1): the command prints an ExecCredential. */
function runPlugin(plugin: ExecPlugin, cluster: Cluster, folder: string, environment: Readonly<Record<string, string | undefined>>): Partial<ClusterAccess> {
  const { command = '', args = [], apiVersion = 'client.authentication.k8s.io/v1' } = plugin;
  const file = command.includes('/') && !path.isAbsolute(command) ? path.resolve(folder, command) : command;
  const clusterInfo = plugin.provideClusterInfo ? { cluster: { server: cluster.server, 'certificate-authority-data': cluster['certificate-authority-data'] } } : {};
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...clusterInfo } };
  const env = { ...environment, ...Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value])), KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  let printed: string;
  try {
    printed = execFileSync(file, [...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    throw new Error(`the credential plugin "${command}" failed: ${error instanceof Error ? error.message : String(error)}${plugin.installHint ? `; ${plugin.installHint}` : ''}`, { cause: error });
  }
  const { status } = JSON.parse(printed) as { readonly status?: { readonly token?: string; readonly clientCertificateData?: string; readonly clientKeyData?: string } };
  if (!status) throw new Error(`the credential plugin "${command}" printed no status with a token or a client certificate`);
  return withoutUndefined({ token: status.token, cert: status.clientCertificateData, key: status.clientKeyData });
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

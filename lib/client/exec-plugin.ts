import { spawn } from 'node:child_process';
import * as path from 'node:path';
import type { Clock } from '../base/clock';
import type { Credentials, CredentialSource } from './credentials';
import type { Cluster, ExecPlugin } from './kubeconfig-file';

export interface PluginSurroundings {
  readonly cluster: Cluster;
  /** Of the kubeconfig: a command with a slash is relative to it. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Somebody can be asked on standard input. */
  readonly interactive: boolean;
  readonly clock: Clock;
}

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/**
 * Credentials that a program prints (ExecCredential). It runs when the first request needs them, and again when they have expired or the server did not take them; requests that come meanwhile wait for the same run.
 */
export function pluginCredentials(plugin: ExecPlugin, surroundings: PluginSurroundings): CredentialSource {
  const { apiVersion = '', command = '' } = plugin;
  if (!command) throw new Error('the kubeconfig has an exec plugin without a command; set users[].user.exec.command');
  if (!VERSIONS.includes(apiVersion)) throw new Error(`the credential plugin "${command}" speaks ${apiVersion || 'no version'}; known are ${VERSIONS.join(' and ')}: set users[].user.exec.apiVersion, or get a newer plugin`);
  let known: Run | undefined;

  const begin = (): Run => {
    const begun: Run = {
      asked: run(plugin, surroundings).then(({ credentials, expires = Infinity }) => {
        Object.assign(begun, { value: credentials, expires });
        return credentials;
      }).catch((error: unknown) => {
        if (known === begun) known = undefined;
        throw error;
      }),
    };
    return begun;
  };
  return {
    current() {
      if (!known || (known.expires ?? Infinity) <= surroundings.clock.now()) known = begin();
      return known.asked;
    },
    renew(refused) {
      if (known?.value === refused) known = undefined; // unless another request has been here before
      return true;
    },
  };
}

interface Run {
  readonly asked: Promise<Credentials>;
  /** When it has ended. */
  readonly value?: Credentials;
  readonly expires?: number;
}

interface Printed {
  readonly credentials: Credentials;
  /** By the clock. */
  readonly expires?: number;
}

async function run(plugin: ExecPlugin, { cluster, folder, environment, interactive: isTerminal }: PluginSurroundings): Promise<Printed> {
  const { command = '', args, apiVersion, env, interactiveMode = 'IfAvailable' } = plugin;
  if (interactiveMode === 'Always' && !isTerminal) throw new Error(`the credential plugin "${command}" wants to ask you something (interactiveMode: Always), and standard input is not a terminal; run it in one, or use credentials for machines`);
  const interactive = interactiveMode !== 'Never' && isTerminal;
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive, ...(plugin.provideClusterInfo && { cluster: clusterInfo(cluster) }) } };
  const program = command.includes('/') && !path.isAbsolute(command) ? path.resolve(folder, command) : command;
  const printed = await start(plugin, program, [...args ?? []], interactive, {
    ...environment, ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])), KUBERNETES_EXEC_INFO: JSON.stringify(info),
  });
  return parseCredential(printed, plugin);
}

function clusterInfo(cluster: Cluster): object {
  const { server, 'tls-server-name': tlsServerName, 'insecure-skip-tls-verify': insecure, 'certificate-authority-data': ca } = cluster;
  const config = cluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension;
  return { server, 'tls-server-name': tlsServerName, 'insecure-skip-tls-verify': insecure, 'certificate-authority-data': ca, config };
}

function start({ command = '', installHint }: ExecPlugin, program: string, args: readonly string[], interactive: boolean, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'] });
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? `is not installed or not in PATH${installHint ? `\n${installHint.trim()}` : ''}` : `cannot be started: ${error.message}`;
      reject(new Error(`the credential plugin "${command}" ${why}`, { cause: error }));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(printed).toString('utf8'));
      else reject(new Error(`the credential plugin "${command}" ended with ${code ?? signal}; try it by hand: ${[program, ...args].join(' ')}`));
    });
  });
}

/** Throws without the text: it may be half of a token. Pure. */
export function parseCredential(printed: string, { command = '', apiVersion }: ExecPlugin): Printed {
  const wrong = (what: string) => new Error(`the credential plugin "${command}" printed ${what}`);
  let credential: { readonly kind?: string; readonly apiVersion?: string; readonly status?: { readonly token?: string; readonly clientCertificateData?: string; readonly clientKeyData?: string; readonly expirationTimestamp?: string } };
  try {
    credential = JSON.parse(printed) as typeof credential;
  } catch {
    throw wrong('what is not JSON');
  }
  const { kind, status } = credential;
  if (kind !== 'ExecCredential') throw wrong(`a ${kind ?? 'thing without a kind'} instead of an ExecCredential`);
  if (credential.apiVersion !== apiVersion) throw wrong(`an ExecCredential of ${credential.apiVersion ?? 'no version'}, and the kubeconfig says ${apiVersion}; make them the same`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status ?? {};
  if (!token && !cert && !key) throw wrong('no status with a token or a client certificate');
  if (!cert !== !key) throw wrong('a client certificate without its key, or the other way round');
  const expires = expirationTimestamp === undefined ? undefined : Date.parse(expirationTimestamp);
  if (Number.isNaN(expires)) throw wrong(`an expirationTimestamp that is not a time: ${expirationTimestamp}`);
  return { credentials: { ...(token && { token }), ...(cert && { cert, key }) }, ...(expires !== undefined && { expires }) };
}

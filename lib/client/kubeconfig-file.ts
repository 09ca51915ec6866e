import * as fs from 'node:fs';
import * as path from 'node:path';
import { load } from 'js-yaml';

export interface Cluster {
  readonly 'server'?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  readonly 'proxy-url'?: string;
  readonly 'extensions'?: readonly { readonly name?: string; readonly extension?: unknown }[];
}

export interface User {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly 'token'?: string;
  readonly 'tokenFile'?: string;
  readonly 'username'?: string;
  readonly 'password'?: string;
  readonly 'as'?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
  readonly 'exec'?: ExecPlugin;
  readonly 'auth-provider'?: unknown;
}

/** As in client.authentication.k8s.io/v1 and v1beta1. */
export interface ExecPlugin {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
}

export interface Context {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

interface Kinds {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly user: User;
}

/** An entry, and the folder that its file references are relative to. */
export interface Entry<T> {
  readonly value: T;
  readonly folder: string;
}

/** One or several kubeconfigs as one, as kubectl merges them: the first file that has a name, or a current context, wins. */
export class Kubeconfig {
  private constructor(private readonly source: string, private readonly parts: readonly { readonly config: Readonly<Record<string, unknown>>; readonly folder: string }[]) {}

  static parse(text: string, source = 'the given kubeconfig', folder = '.'): Kubeconfig {
    return new Kubeconfig(source, [{ config: parse(text, source), folder }]);
  }

  /** Of several files those that are there. Throws when there is none. */
  static read(files: readonly string[]): Kubeconfig {
    const there = files.length === 1 ? files : files.filter((file) => fs.existsSync(file));
    if (there.length === 0) throw new Error(`there is no kubeconfig at ${files.join(' or ')}; name one with --kubeconfig <file>`);
    return new Kubeconfig(there.join(', '), there.map((file) => ({ config: parse(readText(file, `the kubeconfig ${file}`), file), folder: path.dirname(path.resolve(file)) })));
  }

  /** Throws when there is none, and says which could be taken. */
  currentContext(): string {
    const name = this.parts.map(({ config }) => config['current-context']).find((candidate) => typeof candidate === 'string' && candidate !== '');
    if (typeof name !== 'string') throw new Error(`${this.source} has no current-context; choose one of: ${this.namesOf('context')}`);
    return name;
  }

  /** Throws when there is none of that name, and says which there are. */
  find<K extends keyof Kinds>(what: K, name: string): Entry<Kinds[K]> {
    for (const { config, folder } of this.parts) {
      const entry = entries(config[`${what}s`]).find((candidate) => candidate['name'] === name);
      if (entry) return { value: (entry[what] ?? {}) as Kinds[K], folder };
    }
    throw new Error(`${this.source} has no ${what} "${name}"; it has: ${this.namesOf(what)}`);
  }

  private namesOf(what: keyof Kinds): string {
    return [...new Set(this.parts.flatMap(({ config }) => entries(config[`${what}s`]).map(({ name }) => String(name))))].join(', ') || '(there are none)';
  }
}

export function readText(file: string, what: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
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

function entries(list: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null) : [];
}

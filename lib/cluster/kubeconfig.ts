import { dump, load } from 'js-yaml';
import type { KeyPair } from './pki/certificate-authority';

export interface KubeconfigEntry {
  /** Of the cluster, the user and the context. */
  readonly name: string;
  readonly server: string;
  readonly ca: string;
  readonly client: KeyPair;
}

interface Named {
  readonly name: string;
}

interface Kubeconfig {
  readonly 'apiVersion'?: string;
  readonly 'kind'?: string;
  readonly 'clusters'?: readonly Named[];
  readonly 'users'?: readonly Named[];
  readonly 'contexts'?: readonly Named[];
  readonly 'current-context'?: string;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig with this one cluster, everything inline. */
export function kubeconfigFor(entry: KubeconfigEntry): string {
  return mergeKubeconfig('', entry, { makeCurrent: true });
}

/**
 * The kubeconfig with the cluster's entries added, or replaced where entries of the name exist; everything else stays. The current context
 * changes only where there was none, or when asked for. Throws on a file that is not a kubeconfig.
 */
export function mergeKubeconfig(existing: string, { name, server, ca, client }: KubeconfigEntry, { makeCurrent = false } = {}): string {
  const config = parse(existing);
  const merge = (list: readonly Named[] = [], item: Named) => [...list.filter((other) => other.name !== item.name), item];
  return dump({
    ...config,
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': merge(config.clusters, { name, cluster: { 'server': server, 'certificate-authority-data': base64(ca) } } as Named),
    'users': merge(config.users, { name, user: { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) } } as Named),
    'contexts': merge(config.contexts, { name, context: { cluster: name, user: name } } as Named),
    'current-context': makeCurrent || !config['current-context'] ? name : config['current-context'],
  }, { lineWidth: -1 });
}

/** The kubeconfig without the entries of the name. */
export function removeFromKubeconfig(existing: string, name: string): string {
  const config = parse(existing);
  const without = (list: readonly Named[] = []) => list.filter((item) => item.name !== name);
  return dump({
    ...config, 'clusters': without(config.clusters), 'users': without(config.users), 'contexts': without(config.contexts),
    'current-context': config['current-context'] === name ? '' : config['current-context'] ?? '',
  }, { lineWidth: -1 });
}

function parse(text: string): Kubeconfig {
  if (text.trim() === '') return {};
  const config = load(text);
  if (config === null || config === undefined) return {};
  if (typeof config !== 'object' || Array.isArray(config)) throw new Error('the kubeconfig is not a YAML mapping; move it away, or name another file with KUBECONFIG');
  return config as Kubeconfig;
}

import * as path from 'node:path';
import { APP_LABEL, COMPONENT_LABEL } from '../api/label-keys';
import type { Manifest } from './load/manifest';

/** The application that manifests belong to: what they say themselves, else the name of the file or folder. */
export function applicationName(manifests: readonly Manifest[], what: string, cwd: string): string {
  const named = new Set(manifests.flatMap(({ object }) => object.metadata.labels?.[APP_LABEL] ?? []));
  const [first] = named;
  if (first !== undefined && named.size === 1) return first;
  if (named.size > 1) throw new Error(`the manifests belong to several applications (${[...named].join(', ')}); apply them one at a time`);
  if (what === '-') return 'stdin';
  const base = path.basename(path.resolve(cwd, what)).replace(/\.[^.]*$/, '');
  return base.toLowerCase().replace(/[^a-z0-9.-]+/g, '-').replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '').slice(0, 63) || 'app';
}

/** Marks every object as part of the application, so that status, logs and delete find it. The pods' templates are left as they are. */
export function labelled(manifests: readonly Manifest[], app: string): readonly Manifest[] {
  return manifests.map((manifest) => ({
    ...manifest,
    object: { ...manifest.object, metadata: { ...manifest.object.metadata, labels: { ...manifest.object.metadata.labels, [APP_LABEL]: app } } },
  }));
}

/** What a person calls a workload: `web` for `shop-web`. */
export function processName({ metadata }: { readonly metadata: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> } }): string {
  return metadata.labels?.[COMPONENT_LABEL] ?? metadata.name ?? '';
}

/** Where an application's releases are kept: the namespace of its objects, if they share one. Pure. */
export function homeNamespace(manifests: readonly Manifest[], fallback: string): string {
  const [first, ...others] = new Set(manifests.flatMap(({ object }) => object.metadata.namespace ?? []));
  return first !== undefined && others.length === 0 ? first : fallback;
}

/** Whether the manifests themselves say which application they are. */
export const isNamed = (manifests: readonly Manifest[]) => manifests.some(({ object }) => object.metadata.labels?.[APP_LABEL] !== undefined);

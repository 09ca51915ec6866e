import type { IConstruct } from 'constructs';
import { EXPECTS_ANNOTATION } from '../api/label-keys';
import type { k8s } from './kubernetes';

/** By the root of the tree. */
const expected = new WeakMap<IConstruct, Set<string>>();

/** A Secret that somebody else keeps in the cluster. */
export function expectSecret({ node: { root } }: IConstruct, name: string): void {
  expected.set(root, (expected.get(root) ?? new Set()).add(name));
}

/** Tells the checks which of the Secrets that a pod uses are somebody else's, so that they are not missed. */
export function expectsAnnotation({ node: { root } }: IConstruct, env: readonly k8s.EnvVar[], volumes: readonly k8s.Volume[]): Readonly<Record<string, string>> {
  const known = expected.get(root);
  if (!known) return {};
  const ofVolume = ({ secret, projected }: k8s.Volume) => [secret?.secretName, ...projected?.sources?.map((source) => source.secret?.name) ?? []];
  const used = new Set([...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name), ...volumes.flatMap(ofVolume)]);
  const names = [...used].flatMap((name) => (name !== undefined && known.has(name) ? [`Secret/${name}`] : []));
  return names.length > 0 ? { [EXPECTS_ANNOTATION]: names.sort().join(', ') } : {};
}

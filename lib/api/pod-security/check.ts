import type { DeepReadonly } from '../../base/deep-readonly';
import type { Container, PodSpec } from '../types';

/** A pod, or the template of one. */
export interface CheckedPod {
  readonly spec: DeepReadonly<PodSpec>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Why a pod is not as its level wants it. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One rule of the Pod Security Standards; a pod that follows it gets undefined. */
export interface Check {
  readonly id: string;
  /** The minor version of Kubernetes 1.x that has the rule. */
  readonly since: number;
  /** Rules of the baseline level that this one of the restricted level says better. */
  readonly overrides?: readonly string[];
  check(pod: CheckedPod, minor: number): Violation | undefined;
}

/** In the order in which they are named in messages. */
export function containersOf({ initContainers = [], containers, ephemeralContainers = [] }: DeepReadonly<PodSpec>): readonly DeepReadonly<Container>[] {
  return [...initContainers, ...containers, ...(ephemeralContainers as readonly DeepReadonly<Container>[])];
}

export const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(', ');
export const sorted = (values: Iterable<string>) => [...new Set(values)].sort();
export const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

/** `container "a"`, `containers "a", "b"` */
export const named = (names: readonly string[]) => `${plural(names.length, 'container', 'containers')} ${quoted(names)}`;

/** The containers with a fault become one violation. */
export function byContainers(names: readonly string[], reason: string, rest: string): Violation | undefined {
  return names.length > 0 ? { reason, detail: `${named(names)} ${rest}` } : undefined;
}

export function namesWhere(spec: DeepReadonly<PodSpec>, isBad: (container: DeepReadonly<Container>) => boolean): readonly string[] {
  return containersOf(spec).filter(isBad).map(({ name }) => name);
}

/** `pod`, `container "a"` or `pod and container "a"`. */
export function setters(pod: boolean, containers: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(' and ');
}

/** Windows pods know nothing of Linux' privileges since 1.25. */
export const isWindows = (spec: DeepReadonly<PodSpec>, minor: number) => minor >= 25 && spec.os?.name === 'windows';

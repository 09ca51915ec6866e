import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { DEPENDS_ON_ANNOTATION } from '../api/label-keys';

/** Kinds that run something: what others wait for, and what waits. */
const RUNNING: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];

/**
 * Tells `twelve apply` what `construct.node.addDependency(other)` says: what runs in `other` is ready before what runs in `construct` is applied. Written on the objects, so that it
 * holds for the YAML as well. Again is the same.
 */
export function recordDependencies(root: IConstruct): void {
  const running = root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && RUNNING.includes(construct.kind));
  for (const object of running) {
    const before = object.node.scopes.flatMap((scope) => scope.node.dependencies);
    const names = running.filter((other) => other !== object && other.node.scopes.some((scope) => before.includes(scope))).map(({ kind, name }) => `${kind}/${name}`);
    if (names.length > 0) object.metadata.addAnnotation(DEPENDS_ON_ANNOTATION, [...new Set(names)].sort().join(', '));
  }
}

import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import { checkManifests } from './check-manifests';
import type { CheckTarget } from './checked-objects';
import type { Finding, Rule } from './rule';

/** Everything the rules find and no annotation ignores, errors first. Pure and offline. */
export function checkObjects(objects: readonly DeepReadonly<KubeObject>[], rules?: readonly Rule[], target?: CheckTarget): readonly Finding[] {
  return checkManifests(objects.map((object) => ({ object })), { rules, target }).findings;
}

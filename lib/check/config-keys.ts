import { SECRET_VALUES_ANNOTATION } from '../api/label-keys';
import type { ConfigMap, Secret } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';
import { KnownObjects } from './known-objects';

/** The keys of a ConfigMap or Secret, with those that apply fills in. undefined when it is not among the manifests, or when something else adds keys to it. */
export function tryConfigKeys(objects: CheckedObjects, kind: 'ConfigMap' | 'Secret', namespace: string | undefined, name: string): readonly string[] | undefined {
  const found = objects.tryFind(kind, namespace, name) as DeepReadonly<ConfigMap & Secret> | undefined;
  if (!found || KnownObjects.of(objects).isMadeByCustomResource(name)) return undefined;
  let keys = known.get(found);
  if (!keys) known.set(found, (keys = { written: tryWrittenKeys(found) }));
  return keys.written;
}

/** Many containers refer to one object. */
const known = new WeakMap<object, { readonly written: readonly string[] | undefined }>();

function tryWrittenKeys(found: DeepReadonly<ConfigMap & Secret>): readonly string[] | undefined {
  if (isFilledByOthers(found)) return undefined;
  const generated = found.metadata.annotations?.[SECRET_VALUES_ANNOTATION];
  return [found.data, found.binaryData, found.stringData, generated ? tryParse(generated) : {}].flatMap((part) => Object.keys(part ?? {}));
}

/** Secrets of these types and ConfigMaps with these marks get their content from a controller. */
function isFilledByOthers({ type, metadata }: DeepReadonly<ConfigMap & Secret>): boolean {
  const { annotations = {}, labels = {} } = metadata;
  return type === 'kubernetes.io/service-account-token' || Object.keys({ ...annotations, ...labels }).some((key) => /inject-(trusted-)?ca|replicat(e|or)|reflector/.test(key));
}

function tryParse(json: string): object {
  try {
    return JSON.parse(json) as object;
  } catch {
    return {};
  }
}

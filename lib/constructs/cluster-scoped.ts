import { type ApiObject, JsonPatch } from 'cdk8s';

/** For an object that is in no namespace: cdk8s gives every object its chart's, which the server refuses. */
export function clusterScoped<T extends ApiObject>(object: T): T {
  if (object.metadata.namespace !== undefined) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return object;
}

import { isDeepStrictEqual } from 'node:util';
import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import type { Client } from '../client/client';

/** Writes the status if it differs from what the object has. `undefined` fields count as absent. */
export async function writeStatus(client: Client, object: DeepReadonly<KubeObject>, status: object): Promise<void> {
  const wanted = withoutUndefined(status);
  if (isDeepStrictEqual(withoutUndefined((object as { readonly status?: object }).status ?? {}), wanted)) return;
  const updated = { ...object, status: wanted };
  await client.updateStatus(updated);
}

function withoutUndefined(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
